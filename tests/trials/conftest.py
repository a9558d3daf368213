"""Trials take minutes to hours: `python -m pytest tests/trials` runs them, `make test` does not."""

from pathlib import Path

import pytest


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    """A trial, where this folder was asked for by name."""
    asked = any("trials" in argument for argument in parent.config.args)
    named = any(argument.endswith(".py") for argument in parent.config.args)
    if asked and not named and file_path.match("trial_*.py"):
        return pytest.Module.from_parent(parent, path=file_path)
    return None
