"""A YAML file as plain values, with limits on what it may hold: a file may be by anyone."""

import warnings
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from mnist_autoencoders.stagecraft.files import check_file
from mnist_autoencoders.stagecraft.terminal import UserError, shown

MOST_BYTES = 512 * 1024
"""Of a file; parsing takes two seconds then, and params.yaml has 28 KiB."""

MOST_VALUES = 20_000
"""Of a file, keys included, where an alias counts as all that it stands for.

The library and all models of params.yaml are 1,611.
"""

DEEPEST = 30
"""Lists and mappings within each other."""

LONGEST_NUMBER = 100
"""Characters; Python itself converts no whole number of more than 4,300 digits."""

PLAIN = {f"tag:yaml.org,2002:{name}" for name in ("null", "bool", "int", "float", "str", "merge")}
"""What a single value may be; dates, sets, bytes and Python's objects are not among it."""

NUMBERS = {"tag:yaml.org,2002:int", "tag:yaml.org,2002:float"}


class _Composer(Composer):
    """Stops at the limits, before what is beyond them is read."""

    values = depth = 0

    def compose_node(self, parent: Node | None, index: Any) -> Node:
        self.values += 1
        self.depth += 1
        if self.values > MOST_VALUES:
            raise YAMLError(f"more than {MOST_VALUES:,} values")
        if self.depth > DEEPEST:
            raise YAMLError(f"lists and mappings are nested more than {DEEPEST} deep")
        node: Node = super().compose_node(parent, index)
        self.depth -= 1
        return node


def read_bytes(path: Path) -> bytes:
    """The content of a file of at most `MOST_BYTES`; raises `UserError` for all else."""
    try:
        check_file(path, MOST_BYTES)
        with path.open("rb") as file:
            return file.read(MOST_BYTES)
    except OSError as error:
        raise UserError(
            f"{path}: {error.strerror}. Run this from the root of the repository"
        ) from error


def parse(content: bytes | str, name: str) -> Any:
    """The value of YAML 1.2, as DVC writes it: 1e-05 is a number.

    Raises `UserError` with `name`, the file's, and the line for what is no valid YAML, for keys
    that are no words, for more than the limits above, and for values that contain themselves.
    """
    yaml = YAML(typ="safe", pure=True)
    yaml.Composer = _Composer
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            root = yaml.compose(content)
            if root is None:
                return None
            _measure(root, {}, name)
            return yaml.constructor.construct_document(root)
    except YAMLError as error:
        raise UserError(f"{name}: not valid YAML: {_cause(error)}") from error
    except (ValueError, LookupError, ArithmeticError, AttributeError, TypeError) as error:
        # what ruamel makes of the strangest input
        raise UserError(f"{name}: not valid YAML: {shown(error, 300)}") from error


def _cause(error: YAMLError) -> str:
    """What is wrong and in which line, without the text around it."""
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or error
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    where = f"line {mark.line + 1}: " if mark else ""
    return f"{where}{shown(problem, 300)}"


def _measure(node: Node, sizes: dict[int, int | None], name: str) -> int:
    """How many values a node stands for; refuses what `parse` says.

    `sizes` are those by node that are known, None for one that is being measured.
    """
    if id(node) in sizes:
        known = sizes[id(node)]
        if known is None:
            raise _refusal(node, name, "a value contains itself")
        return known
    sizes[id(node)] = None
    size = 1
    for part in _parts(node, name):
        size += _measure(part, sizes, name)
        if size > MOST_VALUES:
            raise _refusal(node, name, f"more than {MOST_VALUES:,} values, aliases counted out")
    sizes[id(node)] = size
    return size


def _parts(node: Node, name: str) -> list[Node]:
    match node:
        case MappingNode(tag="tag:yaml.org,2002:map"):
            for key, _ in node.value:
                _check_key(key, name)
            return [part for pair in node.value for part in pair]
        case SequenceNode(tag="tag:yaml.org,2002:seq"):
            return list(node.value)
        case ScalarNode() if node.tag in PLAIN:
            if node.tag in NUMBERS and len(node.value) > LONGEST_NUMBER:
                raise _refusal(node, name, f"a number of more than {LONGEST_NUMBER} characters")
            return []
    kind = shown(str(node.tag).removeprefix("tag:yaml.org,2002:"), 60)
    value = shown(node.value, 60) if isinstance(node, ScalarNode) else "this"
    raise _refusal(node, name, f"{value} is taken for a `{kind}`, which is not read here; quote it")


def _check_key(key: Node, name: str) -> None:
    if not isinstance(key, ScalarNode):
        raise _refusal(key, name, "a key is a list or a mapping; it has to be a word")
    if key.tag not in ("tag:yaml.org,2002:str", "tag:yaml.org,2002:merge"):
        raise _refusal(key, name, f"the key {shown(key.value, 60)} is no word; quote it")


def _refusal(node: Node, name: str, problem: str) -> UserError:
    return UserError(f"{name}: line {node.start_mark.line + 1}: {problem}")
