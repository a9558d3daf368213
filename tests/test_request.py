"""What is asked for is written into params.yaml as its author would: whole, or not at all."""

import difflib
from pathlib import Path
from typing import Any

import pytest

from mnist_autoencoders.parameters import load_parameters
from mnist_autoencoders.pipeline.edit import appended, entry_of, in_line, parse, replaced
from mnist_autoencoders.pipeline.request import request
from mnist_autoencoders.stagecraft.terminal import UserError
from tests.projects import ROOT, Project

TEXT = (ROOT / "params.yaml").read_text()
BLOCKS = """\
a:
  # of x
  x: {p: 1}   # one

  y:
    q: [1,
        2]   # two

# of b
b:
    z: 0.001
c: {}
"""


@pytest.fixture
def params(tmp_path: Path) -> Path:
    path = tmp_path / "params.yaml"
    path.write_text(TEXT)
    return path


def changes(path: Path) -> list[str]:
    """The lines taken out and put in."""
    pairs = difflib.ndiff(TEXT.split("\n"), path.read_text().split("\n"))
    return [line for line in pairs if line.startswith(("+", "-"))]


def test_entries_are_copied_with_their_comments_behind_those_that_run(params: Path) -> None:
    asked = ["denoising_any", "deep_30"]
    keys = ["noises.gaussian_any", "models.denoising_any", "models.deep_30"]
    assert request(asked, [], params) == keys
    found = load_parameters(params)
    assert [*found.noises][-1] == "gaussian_any"
    assert [*found.models][-2:] == asked
    assert found.noises["gaussian_any"] == found.library.noises["gaussian_any"]
    for name in asked:
        assert found.models[name] == found.library.models[name]
    put_in = changes(params)
    assert {line[0] for line in put_in} == {"+"}
    text = params.read_text()
    noise = "  gaussian_any: {kind: gaussian_up_to, factor: 1.0}   # x + s"
    assert f"over the digit\n{noise}" in text
    assert "    epochs: 10\n\n  denoising_any:\n    # the network of A3 for noise of any" in text
    assert "    epochs: 30\n\n# Models that run only when they are asked for" in text
    # as from the library again
    assert request(asked, [], params) == []
    assert params.read_text() == text


def test_all_is_every_model_of_the_library_and_the_noises_they_see(params: Path) -> None:
    library = load_parameters(params).library
    copied = request(["all"], [], params)
    assert copied == [
        *(f"noises.{name}" for name in library.noises),
        *(f"models.{name}" for name in library.models),
    ]
    assert load_parameters(params).models.items() >= library.models.items()


def test_a_noise_that_runs_already_is_not_copied(params: Path) -> None:
    assert request(["denoising_unet"], [], params) == ["models.denoising_unet"]


def test_values_are_set_first_and_other_lines_stay(params: Path) -> None:
    values = [
        "replicas.dense.seeds=[1,2]",
        "models.simple.learning_rate=1e-5",
        "+models.simple.dropout=0.2",
        "+models.tiny={kind: dense, input: clean, code_size: 4}",
        "library.models.deep_30.epochs=2",
    ]
    assert request(["deep_30"], values, params) == ["models.deep_30"]
    found = load_parameters(params)
    assert found.replicas.dense.seeds == [1, 2]
    assert (found.models["simple"].learning_rate, found.models["simple"].dropout) == (1e-5, 0.2)
    assert found.models["deep_30"].epochs == 2
    lines = changes(params)
    assert sorted(line for line in lines if line.startswith("-")) == [
        "-       epochs: 30",
        "-     learning_rate: 0.001",
        "-     seeds: []",
    ]
    assert "+     dropout: 0.2" in lines
    assert "+   tiny: {kind: dense, input: clean, code_size: 4}" in lines


def test_a_key_that_is_taken_out_is_gone(params: Path) -> None:
    request([], ["~noises.speckle"], params)
    assert "speckle" not in load_parameters(params).noises


@pytest.mark.parametrize(
    ("names", "values", "message"),
    [
        (["deep_3"], [], "library.models: there is no entry 'deep_3' in {}; did you mean 'deep_"),
        (["cnn_vae", "xx"], [], "no entry 'xx' in {}; known: vae_binarised, iwae_binarised, "),
        (["gaussian_any"], [], "library.models: there is no entry 'gaussian_any'"),
        ([], ["models.simple.epochs=0"], "{} is refused:\n  models.simple.epochs: input should be"),
        (["cnn_vae"], ["seed=-1"], "{} is refused:\n  seed: "),
        ([], ["models.simple.epoch=3"],
         "models.simple.epoch: there is no such key; did you mean 'epochs'?; a new one is written "
         "+models.simple.epoch=..."),
        ([], ["models.simpel.epochs=3"],
         "models.simpel: there is no such key; did you mean 'simple'?"),
        ([], ["models.simple.hidden.9=3"], "cannot be set: "),
        ([], ["models.simple.epochs"], "cannot be set: Error parsing override"),
        ([], ["models.simple.epochs=1,2"], "epochs=1,2: one value each; `dvc exp run --queue`"),
        (
            ["cnn_vae"],
            ["+models.cnn_vae={kind: dense, input: clean, code_size: 4}"],
            "library.models.cnn_vae: differs from the entry of this name in `models:`; rename one",
        ),
    ],
)  # fmt: skip
def test_what_is_refused_leaves_the_file_as_it_was(
    params: Path, names: list[str], values: list[str], message: str
) -> None:
    with pytest.raises(UserError) as error:
        request(names, values, params)
    assert message.format(params) in str(error.value)
    assert params.read_text() == TEXT
    assert [*params.parent.iterdir()] == [params]


def test_sections_in_braces_are_not_copied_to(params: Path) -> None:
    start, end = TEXT.index("noises:\n"), TEXT.index("# Models by name;")
    noises = in_line(parse(TEXT)["noises"])
    params.write_text(f"{TEXT[:start]}noises: {noises}\n{TEXT[end:]}")
    with pytest.raises(UserError, match="noises: write an entry a line"):
        request(["denoising_any"], [], params)


def test_the_pipeline_runs_what_is_asked_for_or_nothing(project: Project) -> None:
    before = (project.folder / "params.yaml").read_text()
    output = project.stage("repro", "--with", "wide", code=1)
    assert "there is no entry 'wide' in params.yaml; did you mean 'wider'?" in output
    assert (project.folder / "params.yaml").read_text() == before
    assert not (project.folder / "out").exists()


@pytest.mark.parametrize(
    ("keys", "entry"),
    [
        (("a", "x"), "x: {p: 1}   # one"),
        (("a", "y"), "y:\n  q: [1,\n      2]   # two"),
        (("b", "z"), "z: 0.001"),
        (("a", "z"), None),
        (("c", "z"), None),
        (("d", "z"), None),
    ],
)
def test_the_lines_of_an_entry(keys: tuple[str, ...], entry: str | None) -> None:
    assert entry_of(BLOCKS, keys) == entry


def test_an_entry_is_put_behind_the_last() -> None:
    at = "        2]   # two\n"
    assert appended(BLOCKS, ("a",), "n: 1") == BLOCKS.replace(at, f"{at}  n: 1\n")
    two = "n:\n  # of n\n  m: 1"
    added = "\n  n:\n    # of n\n    m: 1\n"
    assert appended(BLOCKS, ("a",), two) == BLOCKS.replace(at, at + added)
    assert appended(BLOCKS, ("b",), "n: 1") == BLOCKS.replace("0.001\n", "0.001\n    n: 1\n")
    for above in (("c",), ("d",), ("a", "x"), ("b", "z")):
        assert appended(BLOCKS, above, "n: 1") is None


@pytest.mark.parametrize(
    "value", [3, 1e-5, None, True, "true", "a b", [1, [2.5]], {"k": {"l": []}}]
)
def test_a_value_is_replaced_in_its_line(value: Any) -> None:
    for keys, old in ((("b", "z"), "0.001"), (("a", "y", "q"), "[1,\n        2]")):
        text = replaced(BLOCKS, keys, value)
        assert text == BLOCKS.replace(old, in_line(value))
        assert text is not None
        found = parse(text)
        for key in keys:
            found = found[key]
        assert found == value
        assert type(found) is type(value)
    assert replaced(BLOCKS, ("a", "y"), value) is None
    assert replaced(BLOCKS, ("a", "n"), value) is None
