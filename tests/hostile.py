"""Hostile params.yaml at random, for the fast tests and, in large numbers, for tests/trials; and
what every case of hostile input is held against."""

import copy
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from mnist_autoencoders.stagecraft.terminal import UserError
from tests.projects import ROOT

MOST_SECONDS = 5.0
"""For one case, refused or done: of processor time, as the machine may be busy."""

MOST_MEMORY = 1 << 30
"""Bytes that the process may need at most, imports and all."""

MOST_CHARACTERS = 4000
"""Of a message."""

TEXT = (ROOT / "params.yaml").read_text()
TREE: dict[str, Any] = YAML(typ="safe", pure=True).load(TEXT)

Keys = tuple[str | int, ...]


def few(examples: int, deadline: int = 5000) -> settings:
    """For the fast tests: so many cases, the same ones each time, and milliseconds for each."""
    return settings(
        max_examples=examples,
        deadline=deadline,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


def places(value: Any, above: Keys = ()) -> Iterator[Keys]:
    """The keys of everything in params.yaml."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, part in items:
        yield (*above, key)
        if isinstance(part, (dict, list)):
            yield from places(part, (*above, key))


PLACES = list(places(TREE))

words = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        ["", "1", "1e5", "nan", "null", "true", "inf", "~", "../x", "a b", "a;b", "%s", "{}", "[/]",
         "\x1b[31m", "\0", "\ud800", "é", "x" * 5000, "__import__", "accuracy", "clean", "y", "-",
         "<script>", "${seed}", "a.b", "[key]", "\u202e", "simple", "gaussian", "dense"]
    ),
)  # fmt: skip
numbers = st.one_of(
    st.integers(),
    st.floats(),
    st.sampled_from(
        [0, -1, 1, 2**31, 2**32, 2**63 - 1, 2**64, 10**400, 1e200, 1e308, 5e-324, 3.4e38, 1e-300,
         0.5, 0.999999, 100_000, 10**6, 10**6 + 1, 10**9]
    ),
)  # fmt: skip
scalars = st.one_of(st.none(), st.booleans(), numbers, words, st.dates().map(str))
values = st.recursive(
    scalars,
    lambda part: st.one_of(
        st.lists(part, max_size=6),
        st.dictionaries(words, part, max_size=4),
        st.builds(lambda value, count: [value] * count, part, st.sampled_from([100, 3000])),
    ),
    max_leaves=8,
)


@st.composite
def trees(draw: st.DrawFn) -> dict[str, Any]:
    """What params.yaml holds, with keys taken out, renamed and put in, and other values."""
    tree = copy.deepcopy(TREE)
    for place in draw(st.lists(st.sampled_from(PLACES), min_size=1, max_size=3)):
        section: Any = tree
        try:
            for key in place[:-1]:
                section = section[key]
            change = draw(st.sampled_from(["set", "set", "set", "remove", "rename", "add"]))
            if change == "set":
                section[place[-1]] = draw(values)
            elif isinstance(section, dict):
                old = section[place[-1]] if change == "add" else section.pop(place[-1])
                if change != "remove":
                    section[draw(words)] = old
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change has taken it out
    return tree


TOKENS = [
    "\t", "\n", "\r", "\0", "[", "]", "{", "}", "- ", "? ", ": ", "&a ", "*a", "!!set ",
    "!!binary ",
    "!!python/object:os.x ", "!x ", "| ", "> ", '"', "'", "#", "---\n", "...\n", "%YAML 1.1\n---\n",
    "<<: ", "0x", "0o", "1_0", "2020-02-30", ".inf", ".nan", "9" * 5000, "null", "true", "\\u0000",
    "\ufeff", "\u2028", "\x85", "[" * 300, "- " * 300, "a: &a [*a, *a]\n", "=", "@", "`",
]  # fmt: skip


@st.composite
def texts(draw: st.DrawFn) -> bytes:
    """The text of params.yaml with parts put in, taken out, said twice, or broken as bytes."""
    content = TEXT.encode()
    # a part of it, as most of the time goes into parsing
    start = draw(st.integers(0, len(content)))
    content = content[start : start + draw(st.sampled_from([200, 200, 1000, 5000]))]
    for _ in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, len(content)))
        before, part, after = content[:at], content[at : at + 20], content[at + 20 :]
        match draw(st.sampled_from(["put", "put", "cut", "twice", "bytes", "any"])):
            case "put":
                part = draw(st.sampled_from(TOKENS)).encode() * draw(st.integers(1, 3)) + part
            case "cut":
                part = b""
            case "twice":
                part += part
            case "bytes":
                part = draw(st.binary(max_size=8))
            case "any":
                part += draw(st.text(max_size=8)).encode("utf-8", "surrogatepass")
        content = before + part + after
    return content


def refused(work: Callable[[], object]) -> str | None:
    """The message of a `UserError`; None where all went well. Any other error is passed on.

    A message that is long, and a case that takes long, fail.
    """
    start, message = time.process_time(), None
    try:
        work()
    except UserError as error:
        message = str(error)
    seconds = time.process_time() - start
    assert seconds < MOST_SECONDS, f"{seconds:.1f} s"
    assert message is None or len(message) < MOST_CHARACTERS, f"{len(message)} characters"
    return message


@contextmanager
def folder() -> Iterator[Path]:
    """A new folder for one case."""
    with tempfile.TemporaryDirectory() as path:
        yield Path(path)


def peak_memory() -> int:
    """Bytes of this process at their highest, as Linux counts them."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
