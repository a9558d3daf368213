"""Changes of YAML text that leave all the rest as it is, byte for byte.

What ruamel writes of a whole file breaks other lines than its author did, and moves comments.
"""

import io
import textwrap
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

Keys = tuple[str, ...]


def parse(text: str) -> Any:
    """The value of the text."""
    return YAML(typ="safe", pure=True).load(text)


def keys_at(text: str, above: Keys) -> list[str] | None:
    """The keys of a mapping, None where there is no mapping at these keys."""
    node = _find(text, above)
    return [key.value for key, _ in node.value] if isinstance(node, MappingNode) else None


def entry_of(text: str, keys: Keys) -> str | None:
    """The lines of a key and its value, with the comments between them and behind the last.

    None where the entry is not there, or not on lines of its own.
    """
    mapping = _find(text, keys[:-1])
    if not isinstance(mapping, MappingNode) or mapping.flow_style:
        return None
    lines = text.split("\n")
    for key, value in mapping.value:
        if key.value == keys[-1]:
            return textwrap.dedent("\n".join(lines[key.start_mark.line : _last_line(value) + 1]))
    return None


def appended(text: str, above: Keys, entry: str) -> str | None:
    """The text with the lines of an entry behind the last one of a mapping.

    A blank line comes before many. None where the mapping is not there, empty or in braces.
    """
    mapping = _find(text, above)
    if not isinstance(mapping, MappingNode) or mapping.flow_style or not mapping.value:
        return None
    indented = textwrap.indent(entry, " " * mapping.value[0][0].start_mark.column).split("\n")
    space = [""] if len(indented) > 1 else []
    lines = text.rstrip("\n").split("\n")
    end = _last_line(mapping) + 1
    return "\n".join([*lines[:end], *space, *indented, *lines[end:], ""])


def replaced(text: str, keys: Keys, value: Any) -> str | None:
    """The text with another value at keys; None where it is not there, or is a block of lines."""
    node = _find(text, keys)
    if node is None or (isinstance(node, (MappingNode, SequenceNode)) and not node.flow_style):
        return None
    return text[: node.start_mark.index] + in_line(value) + text[node.end_mark.index :]


def in_line(value: Any) -> str:
    """A value as YAML writes it within a line."""
    yaml, stream = YAML(typ="safe", pure=True), io.StringIO()
    yaml.default_flow_style, yaml.width = True, 100_000
    yaml.representer.sort_base_mapping_type_on_output = False
    # a scalar alone would end with a mark
    yaml.dump({"": value}, stream)
    return stream.getvalue().strip().removeprefix("{'': ").removesuffix("}")


def _find(text: str, keys: Keys) -> Node | None:
    node: Any = YAML(pure=True).compose(text)
    for key in keys:
        pairs = node.value if isinstance(node, MappingNode) else []
        node = next((value for name, value in pairs if name.value == key), None)
    return node


def _last_line(node: Node) -> int:
    """Of its values: where a block ends, for YAML, the next one begins."""
    while isinstance(node, (MappingNode, SequenceNode)) and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    line: int = node.end_mark.line
    return line
