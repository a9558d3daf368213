"""The reference has every key that params.yaml may have, in words that are right."""

from collections.abc import Iterator

import pytest

from mnist_autoencoders.handbook.comments import comments
from mnist_autoencoders.handbook.page import parameters_page
from mnist_autoencoders.handbook.parameters import PACKAGES, Parameter, parts
from mnist_autoencoders.handbook.undocumented import MEANINGS
from mnist_autoencoders.stagecraft.schema import Section, kind_class, kinds
from tests.projects import ROOT

PARAMETERS = [parameter for part in parts() for parameter in part.parameters]
PAGE = parameters_page((ROOT / "params.yaml").read_text(encoding="utf-8"))


def sections(above: type[Section] = Section) -> Iterator[type[Section]]:
    for package in PACKAGES.values():
        for kind in kinds(package):
            kind_class(package, kind)
    for section in above.__subclasses__():
        if section.__module__.startswith("mnist_autoencoders."):
            yield section
            yield from sections(section)


def test_every_key_is_there_with_what_it_means() -> None:
    wanted = {
        f"{section.__name__}.{name}"
        for section in sections()
        for name in vars(section).get("__annotations__", {})
        if name in section.model_fields
    }
    found = [f"{each.owner}.{each.key.split('.')[-1]}" for each in PARAMETERS]
    # a kind says of itself which it is
    wanted -= {each for each in wanted if each.endswith(".kind")} - {
        "Noise.kind",
        "ModelParameters.kind",
    }
    assert wanted - set(found) == set()
    assert [each.key for each in PARAMETERS if not each.meaning] == []
    for each in PARAMETERS:
        assert f"`{each.key}`\n:   " in PAGE


def test_no_meaning_is_written_twice() -> None:
    """What the code says itself is not said again, nor of keys that are gone."""
    found = {f"{each.owner}.{each.key.split('.')[-1]}": each.meaning for each in PARAMETERS}
    assert {key: found.get(key) for key in MEANINGS} == MEANINGS


@pytest.mark.parametrize(
    ("key", "kind", "bounds", "default", "meaning"),
    [
        (
            "seed",
            "whole number",
            "at least 0, below 4,294,967,296",
            "required",
            "Seed of everything",
        ),
        ("data.test_share", "number", "above 0, below 1", "0.2", "Share of the images held out"),
        (
            "data.train_limit",
            "whole number or `null`",
            "1 to 1,000,000",
            "null",
            "Use only that many",
        ),
        ("models.NAME.l2", "number", "0 to 1,000,000", "0.0", "Times each weight and bias"),
        (
            "models.NAME.filters",
            "list of whole numbers",
            "1 to 4,096, 1 to 4 of them",
            "required",
            "Filters of",
        ),
        (
            "models.NAME.schedule",
            "one of `constant`, `cosine`, `exponential`",
            "",
            '"constant"',
            "How the learning",
        ),
        (
            "models.NAME.variational.beta",
            "number",
            "0 to 1,000,000",
            "1.0",
            "Weight of the divergence",
        ),
        ("models.NAME.encoder[].stride", "whole number", "1 to 28", "1", "Pixels from one window"),
        (
            "studies.NAME.figure.y",
            "list of lists of texts",
            "at most 200 characters, 1 to 8 of them, 1 to 6 of them",
            "required",
            "A panel for each",
        ),
        (
            "noise_ladder.strengths",
            "entries by name, each a list of numbers",
            "at most 50 of them, 1 to 50 of them",
            "required",
            "By kind, the one number",
        ),
        (
            "classifier.filters",
            "list of whole numbers",
            "1 to 1,024, 2 of them",
            "[16, 32]",
            "Filters of the convolutions",
        ),
        ("runtime.resume", "`true` or `false`", "", "true", "Have a training that was stopped"),
    ],
)
def test_a_key_is_told_as_the_code_has_it(
    key: str, kind: str, bounds: str, default: str, meaning: str
) -> None:
    (found,) = [each for each in PARAMETERS if each.key == key]
    assert found == Parameter(found.owner, key, kind, bounds, default, found.meaning)
    assert found.meaning.startswith(meaning)


def test_a_comment_goes_on_below_and_ends_with_the_next_key() -> None:
    text = """\
# of the file
seed: 0        # one
data:          # two
  # three
  a: x         # four
               # five
  # six
  b: 'y'
c: [1, 2]  # seven
"""
    assert comments(text) == {"seed": "one", "data": "two", "data.a": "four five", "c": "seven"}


def test_the_page_shows_what_the_file_has_and_says() -> None:
    entry = PAGE.split("`evaluation.sample`\n")[1].split("\n\n\n")[0].split("<span")[0]
    assert "in the file `2000`" in entry
    assert "In the file: *test images, evenly spread, of what takes long" in entry
