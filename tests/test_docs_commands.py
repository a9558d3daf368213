"""Every command on a page is one that there is: what would run it takes its words."""

import importlib
import re
from copy import deepcopy
from functools import reduce
from operator import getitem
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import typer
from dvc.cli import parse_args
from dvc.utils.hydra import get_hydra_sweeps, to_hydra_overrides
from PIL import Image
from ruamel.yaml import YAML
from typer.core import TyperGroup

from mnist_autoencoders.noise.noise import Noise
from mnist_autoencoders.parameters import Parameters
from tests.documents import Block, blocks, commands
from tests.projects import ROOT

PARAMETERS = YAML(typ="safe").load(ROOT / "params.yaml")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
MODELS = Parameters.model_validate(PARAMETERS).models
STAGES = YAML(typ="safe").load(ROOT / "dvc.yaml")["stages"]

ELSEWHERE = {
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
    "MODEL": MODELS,
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


def parsed(app: typer.Typer, words: list[str]) -> tuple[str, dict[str, Any]]:
    """The command of an app that takes the words, and what it makes of them."""
    command: Any = typer.main.get_command(app)
    context = command.make_context(command.name, [*words])
    while isinstance(command, TyperGroup) and (rest := [*context._protected_args, *context.args]):
        name, command, words = command.resolve_command(context, rest)
        context = command.make_context(name, [*words], parent=context)
    return command.name, context.params


def check_python(module: str, words: list[str]) -> None:
    """The command line of a stage takes the words, and names what there is."""
    name, given = parsed(importlib.import_module(module).app, words)
    if module == "stages.study" and name == "run":
        assert given["name"] in PARAMETERS["studies"]
    if module == "stages.compare":
        assert [model for model in given["model"] or [] if model not in MODELS] == []
    if module == "stages.repro":
        settle(given["set_param"] or [])
        assert [model for model in given["with_"] or [] if model not in WORTH["WITH"]] == []


def check_autoencoders(words: list[str]) -> None:
    """The command line of the package takes the words, and names models that there are."""
    _, given = parsed(importlib.import_module("mnist_autoencoders.use.commands.main").app, words)
    named = given.get("models") or given.get("model") or []
    models = [named] if isinstance(named, str) else named
    assert [model for model in models if model.partition("@")[0] not in MODELS] == []


def check_dvc(words: list[str]) -> None:
    """DVC takes the words; stages, files and settings are such as there are."""
    given: Any = parse_args(words)
    settle(getattr(given, "set_param", None) or [])
    for target in getattr(given, "targets", None) or []:
        stage, at, entry = target.partition("@")
        if target.startswith("reports/metrics/"):
            assert Path(target).stem in MODELS, target
        else:
            assert stage in STAGES, target
            assert not at or entry in {**MODELS, **PARAMETERS["noises"]}, target


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
        case ["autoencoders", *rest]:
            check_autoencoders(rest)
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


@pytest.fixture
def images(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder in which pages find images, and the reader's picture: digits made of noise."""
    monkeypatch.chdir(tmp_path)
    digits = np.random.default_rng(0).integers(0, 256, (60, 28, 28), np.uint8)
    Path("data/clean").mkdir(parents=True)
    for split in ("train", "test"):
        np.save(f"data/clean/{split}_images.npy", digits)
    Image.fromarray(digits[0]).save("digit.png")


@pytest.mark.usefixtures("images", "tensorflow")
@pytest.mark.parametrize("block", blocks("python"), ids=lambda block: block.place)
def test_python_runs(block: Block) -> None:
    """With the models that it loads as they are before they are trained."""
    from mnist_autoencoders.models.build import build_model

    for path, name in set(re.findall(r"(out/training/(\w+)/model\.keras)", block.text)):
        Path(path).parent.mkdir(parents=True)
        build_model(MODELS[name]).save(path)
    names: dict[str, Any] = {"__name__": "page"}
    exec(compile(block.text, block.place, "exec"), names)
    for noise in [each for each in names.values() if isinstance(each, type) and each is not Noise]:
        if issubclass(noise, Noise):
            rng = np.random.default_rng(0)
            foggy = noise(kind="fog", amount=0.5).apply(np.array([[0.0, 0.5, 1.0]]), rng)
            assert foggy.tolist() == [[0.5, 0.75, 1.0]]
