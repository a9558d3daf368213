"""Hostile input in large numbers: `python -m pytest -s tests/trials/trial_fuzz.py`, half an hour.

Every case has to be done or refused by a `UserError` of less than 4,000 characters, within two
seconds of processor time, and to leave nothing beside its input; the process may need 1 GB more
than it did before the first one.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from mnist_autoencoders.parameters import Parameters, load_parameters
from mnist_autoencoders.pipeline.request import request
from mnist_autoencoders.sources.parameters import DataParameters
from mnist_autoencoders.sources.prepare import read_source
from mnist_autoencoders.stagecraft.parameters import check, read
from tests.conftest import TENSORFLOW
from tests.hostile import (
    MOST_MEMORY,
    TEXT,
    folder,
    peak_memory,
    refused,
    texts,
    trees,
    words,
)
from tests.hostile_files import damaged, families, pictures
from tests.test_fuzz_outputs import READERS, make

pytestmark = TENSORFLOW

OPTIONS = st.builds(
    lambda sign, key, value: f"{sign}{key}={value}",
    st.sampled_from(["", "+", "++", "~"]),
    st.one_of(words, st.sampled_from(["seed", "models", "models.simple.hidden", "noises.new"])),
    st.one_of(words, st.sampled_from(["1", "[1,2]", "{a: 1}", "null", "{kind: blur, sigma: 1}"])),
)


def many(count: int) -> settings:
    return settings(
        max_examples=count,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


class Tally:
    """What became of the cases of one kind."""

    def __init__(self) -> None:
        self.outcomes: Counter[str] = Counter()

    def count(self, work: Callable[[], object], beside: Path | None = None) -> None:
        before = sorted(beside.rglob("*")) if beside else []
        self.outcomes["refused" if refused(work) else "done"] += 1
        assert beside is None or sorted(beside.rglob("*")) == before, "something is left"


@pytest.fixture
def tally(request: pytest.FixtureRequest) -> Iterator[Tally]:
    """Says what became of them, in which time; the memory is held against its limit."""
    start, memory, tally = time.monotonic(), peak_memory(), Tally()
    yield tally
    more = peak_memory() - memory
    print(
        f"\n{request.node.name}: {dict(tally.outcomes)}, {time.monotonic() - start:.0f} s, "
        f"{more / 2**20:.0f} MiB more"
    )
    assert more < MOST_MEMORY


def test_values(tally: Tally) -> None:
    @many(9_000)
    @given(trees())
    def each(tree: dict[str, Any]) -> None:
        tally.count(lambda: check(tree, Parameters, "params.yaml"))

    each()


def test_texts(tally: Tally) -> None:
    @many(3_000)
    @given(texts())
    def each(content: bytes) -> None:
        with folder() as path:
            (path / "params.yaml").write_bytes(content)
            tally.count(lambda: load_parameters(path / "params.yaml"), path)

    each()


def test_idx_files(tally: Tally) -> None:
    @many(4_000)
    @given(families())
    def each(files: dict[str, bytes]) -> None:
        with folder() as path:
            for name, content in files.items():
                (path / name).write_bytes(content)
            tally.count(lambda: read_source(DataParameters(source=str(path)), 0), path)

    each()


def test_pictures(tally: Tally) -> None:
    @many(3_000)
    @given(pictures())
    def each(picture: tuple[str, bytes]) -> None:
        with folder() as path:
            for number in range(2):
                (path / f"{number}{picture[0]}").write_bytes(picture[1])
            tally.count(lambda: read_source(DataParameters(source=str(path)), 0), path)

    each()


@pytest.mark.parametrize("name", READERS)
def test_outputs(tally: Tally, tmp_path: Path, name: str) -> None:
    content = (make(tmp_path / "all") / name).read_bytes()

    @many(120)
    @given(damaged(content))
    def each(harmed: bytes) -> None:
        with folder() as path:
            (path / name).write_bytes(harmed)
            tally.count(lambda: READERS[name](path / name), path)

    each()


def test_arguments(tally: Tally) -> None:
    with folder() as path:
        (path / "params.yaml").write_text(TEXT)

        @many(400)
        @given(words)
        def each(word: str) -> None:
            key = f"models.{word}.input"
            tally.count(lambda: read(key, str, path / "params.yaml"), path)

        each()


def test_options(tally: Tally) -> None:
    with folder() as path:

        @many(200)
        @given(OPTIONS)
        def each(option: str) -> None:
            (path / "params.yaml").write_text(TEXT)
            tally.count(lambda: request([], [option], path / "params.yaml"), path)

        each()
