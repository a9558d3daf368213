"""The stages of the pipeline, one Typer command a file: `python -m stages.train simple`.

The package is imported from `src/` beside this folder, never from an installed copy, so that an
isolated `dvc exp run --temp` runs the code of its own snapshot.
"""

import importlib.util
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

if importlib.util.find_spec("typer") is None:
    sys.exit("error: this Python lacks the packages: `source .venv/bin/activate`, or `make repro`")
