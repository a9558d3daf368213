"""Every command on a page is one that there is: what would run it takes its words."""

import importlib
import re
from copy import deepcopy
from functools import reduce
from operator import getitem
from pathlib import Path
from typing import Any

import click
import numpy as np
import pytest
import typer
from dvc.cli import parse_args
from dvc.utils.hydra import get_hydra_sweeps, to_hydra_overrides
from ruamel.yaml import YAML

from mnist_autoencoders.noise.noise import Noise
from mnist_autoencoders.parameters import Parameters
from tests.conftest import ROOT
from tests.documents import Block, blocks, commands

PARAMETERS = YAML(typ="safe").load(ROOT / "params.yaml")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
STAGES = YAML(typ="safe").load(ROOT / "dvc.yaml")["stages"]

ELSEWHERE = {
    "autoencoders": "the command line of the package, which its own tests run",
    "base64": "the system's",
    "curl": "asks a server",
    "dask": "comes with distributed; serves until it is stopped",
    "export": "the shell's",
    "echo": "the shell's",
    "git": "git's",
    "mlflow": "MLflow's own, which serves until it is stopped",
    "sbatch": "needs a cluster",
    "source": "the shell's",
}
"""Commands that are not looked at here, and why."""

WORTH = {
    "MODEL": PARAMETERS["models"],
    "STUDY": PARAMETERS["studies"],
    "TRIALS": [path.stem.removeprefix("trial_") for path in ROOT.glob("tests/trials/trial_*.py")],
    "WITH": [*PARAMETERS["library"]["models"], "all"],
}
"""What variables of the Makefile may name."""


def check_make(words: list[str]) -> None:
    """The target and the variable are in the Makefile, and what the variable names is there."""
    for word in words:
        name, equals, value = word.partition("=")
        if equals:
            assert re.search(rf"\$\((or \$\()?{name}\b|,\$\({name}\)", MAKEFILE), name
            assert [each for each in value.split() if each not in WORTH.get(name, value)] == []
        else:
            assert re.search(rf"^{word}:", MAKEFILE, re.MULTILINE), word


def check_python(module: str, words: list[str]) -> None:
    """The command line of a stage takes the words, and names what there is."""
    command: Any = typer.main.get_command(importlib.import_module(module).app)
    context = command.make_context(module, [*words])
    while isinstance(command, click.Group):
        _, command, words = command.resolve_command(
            context, [*context._protected_args, *context.args]
        )
        context = command.make_context(module, [*words], parent=context)
    given = context.params
    if module == "stages.study" and command.name == "run":
        assert given["name"] in PARAMETERS["studies"]
    if module == "stages.compare":
        assert [name for name in given["model"] or [] if name not in PARAMETERS["models"]] == []
    if module == "stages.repro":
        settle(given["set_param"] or [])
        assert [name for name in given["with_"] or [] if name not in WORTH["WITH"]] == []


def check_dvc(words: list[str]) -> None:
    """DVC takes the words; stages, files and settings are such as there are."""
    given: Any = parse_args(words)
    settle(getattr(given, "set_param", None) or [])
    for target in getattr(given, "targets", None) or []:
        stage, at, entry = target.partition("@")
        if target.startswith("reports/metrics/"):
            assert Path(target).stem in PARAMETERS["models"], target
        else:
            assert stage in STAGES, target
            assert not at or entry in {**PARAMETERS["models"], **PARAMETERS["noises"]}, target


def settle(values: list[str]) -> None:
    """Every setting that the values stand for is of a key that there is, and valid."""
    for chosen in get_hydra_sweeps({"params.yaml": values}):
        parameters = deepcopy(PARAMETERS)
        for override in to_hydra_overrides(chosen["params.yaml"]):
            *above, key = override.key_or_group.split(".")
            section = reduce(getitem, above, parameters)
            assert key in section or override.is_add(), override.input_line
            section[key] = override.value()
        Parameters.model_validate(parameters)


@pytest.mark.parametrize(
    ("place", "words"),
    commands(),
    ids=lambda each: each if isinstance(each, str) else " ".join(each),
)
def test_a_command_is_one_that_there_is(place: str, words: list[str]) -> None:
    match words:
        case ["make", *rest]:
            check_make(rest)
        case ["python", "-m", module, *rest]:
            check_python(module, rest)
        case ["python", "-c", code]:
            compile(code, place, "exec")
        case ["dvc", *rest]:
            check_dvc(rest)
        case [first, *_]:
            assert first in ELSEWHERE, place


def test_what_is_not_looked_at_is_on_some_page() -> None:
    assert set(ELSEWHERE) - {words[0] for _, words in commands()} == set()


@pytest.mark.parametrize("block", blocks("yaml"), ids=lambda block: block.place)
def test_an_entry_of_params_yaml_is_valid(block: Block) -> None:
    parameters = deepcopy(PARAMETERS)
    for section, entries in YAML(typ="safe").load(block.text).items():
        for name, entry in entries.items():
            parameters[section][name] = parameters[section].get(name, {}) | entry
    Parameters.model_validate(parameters)


PYTHON = [*blocks("python")]


@pytest.mark.parametrize("block", PYTHON, ids=lambda block: block.place)
def test_python_compiles_and_runs_without_a_network(
    block: Block, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What needs no trained model runs, on digits made of noise."""
    code = compile(block.text, block.place, "exec")
    if "keras" in block.text:
        return
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    Path("data/clean").mkdir(parents=True)
    for split in ("train", "test"):
        images = rng.integers(0, 256, (60, 28, 28), np.uint8)
        np.save(f"data/clean/{split}_images.npy", images)
    names: dict[str, Any] = {"__name__": "page"}
    exec(code, names)
    for noise in [each for each in names.values() if isinstance(each, type) and each is not Noise]:
        if issubclass(noise, Noise):
            foggy = noise(kind="fog", amount=0.5).apply(np.array([[0.0, 0.5, 1.0]]), rng)
            assert foggy.tolist() == [[0.5, 0.75, 1.0]]
