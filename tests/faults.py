"""Faults planted one by one: `python -m tests.faults` says which of them the tests notice.

They stand in faults.yaml. Each is put into a copy of this repository and taken out again; of the
tests, those of the files named with it run, once without a fault too. Exit code 1 if one goes
unnoticed. A quarter of an hour; an argument picks those whose words hold it.
"""

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TypedDict

from ruamel.yaml import YAML

import stages  # noqa: F401  puts src/ on the path
from mnist_autoencoders.stagecraft.terminal import say
from tests.projects import ROOT, Project, copy_repository

PACKAGE = "src/mnist_autoencoders"
FAULTS = ROOT / "tests/faults.yaml"


class Fault(TypedDict):
    """What stands once in a file of the package, what is put there, and who has to notice."""

    file: str
    right: str
    wrong: str
    tests: list[str]


def notices(project: Project, tests: list[str]) -> bool:
    """Whether one of the tests fails."""
    files = [f"tests/test_{name}.py" for name in tests]
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *files]
    result = subprocess.run(
        command, cwd=project.folder, env=project.environment, capture_output=True, check=False
    )
    assert result.returncode in (0, 1), result.stdout.decode()
    return result.returncode == 1


def main() -> None:
    """Plant the faults whose words hold the argument, or all."""
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    faults: dict[str, Fault] = {
        name: fault
        for name, fault in YAML(typ="safe", pure=True).load(FAULTS).items()
        if wanted in name
    }
    unnoticed = []
    with tempfile.TemporaryDirectory() as folder:
        project = copy_repository(Path(folder))
        project.run("cp", "-r", str(ROOT / "tests"), str(ROOT / "dvc.lock"), ".")
        tests = {test for fault in faults.values() for test in fault["tests"]}
        assert not notices(project, sorted(tests)), "a test fails without any fault"
        for name, fault in faults.items():
            path, right = project.folder / PACKAGE / fault["file"], fault["right"]
            text = path.read_text()
            assert text.count(right) == 1, f"{name}: {right} stands {text.count(right)} times"
            path.write_text(text.replace(right, fault["wrong"]))
            noticed = notices(project, fault["tests"])
            path.write_text(text)
            say(f"{'noticed' if noticed else 'UNNOTICED'}: {name}")
            if not noticed:
                unnoticed.append(name)
    sys.exit(1 if unnoticed else 0)


if __name__ == "__main__":
    main()
