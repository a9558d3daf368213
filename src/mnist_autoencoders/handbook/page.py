"""The reference of every parameter, as a page."""

import re
from typing import Any

from mnist_autoencoders.handbook.comments import comments
from mnist_autoencoders.handbook.parameters import NAME, Parameter, Part, parts
from mnist_autoencoders.handbook.schema_words import in_yaml
from mnist_autoencoders.stagecraft.schema import LONGEST_NAME
from mnist_autoencoders.stagecraft.yaml_file import parse

START = f"""\
# Every parameter

All keys that `params.yaml` may have, in its order, made from the code that checks them and from the
comments of the file. Each can be set for one experiment, `dvc exp run -S data.invert=true`; one
that an entry does not name is added with a plus, `-S +models.simple.dropout=0.2`.
`python -m stages.validate` checks the file.

{NAME} stands for a name of your own: a letter, then a to z, 0 to 9 and _, at most {LONGEST_NAME}
characters. A key without a default is required. "In the file" is what `params.yaml` has now.
"""

LONGEST_VALUE = 80
"""Characters of a value of params.yaml that is shown."""


def parameters_page(text: str) -> str:
    """The page, in Markdown, with the comments and values of a params.yaml of that text."""
    said, values = comments(text), parse(text, "params.yaml")
    found = parts()
    known = {_anchor(part): part for part in found}
    blocks = [START]
    for part in found:
        blocks.append(_heading(part))
        for parameter in part.parameters:
            inside = _inside(parameter, known)
            blocks.append(_entry(part, parameter, said, values, inside))
    return "\n".join(blocks)


def _heading(part: Part) -> str:
    if not part.key:
        return "## The sections\n"
    level = "###" if part.kind or "." in part.key.removesuffix(f".{NAME}") else "##"
    kind = f", kind `{part.kind}`" if part.kind else ""
    return f"{level} `{part.key}`{kind} {{ #{_anchor(part)} }}\n\n{part.text}\n"


def _entry(part: Part, parameter: Parameter, said: dict[str, str], values: Any, inside: str) -> str:
    """A term with its definition, and an address of its own: `#key-data-test_share`."""
    facts = [inside] if inside else [parameter.type, parameter.bounds]
    required = parameter.default == "required"
    facts.append("required" if required else f"by default `{parameter.default}`")
    comment = ""
    if not inside:
        value = _value(values, parameter.key.split("."))
        facts += [f"in the file `{value}`"] if value else []
        comment = said.get(parameter.key, "")
    lines = [parameter.meaning, "; ".join(filter(None, facts))]
    lines += [f"In the file: *{_escaped(comment)}*"] if comment else []
    name = f'<span id="key-{_slug(parameter.key)}"></span>' if not part.kind else ""
    return f"{name}`{parameter.key}`\n:   " + "\n\n    ".join([_escaped(lines[0]), *lines[1:], ""])


def _inside(parameter: Parameter, known: dict[str, Part]) -> str:
    """A link to the keys of a section."""
    for key in (parameter.key, f"{parameter.key}.{NAME}", f"{parameter.key}[]"):
        anchor = _slug(key)
        if anchor in known:
            return f"[its keys](#{anchor})"
    return ""


def _value(values: Any, keys: list[str]) -> str:
    """What params.yaml has at a key, where that is short."""
    for key in keys:
        if not isinstance(values, dict) or key not in values:
            return ""
        values = values[key]
    value = in_yaml(values)
    return value if len(value) <= LONGEST_VALUE and not isinstance(values, dict) else ""


def _anchor(part: Part) -> str:
    return _slug(f"{part.key}-{part.kind}" if part.kind else part.key)


def _slug(key: str) -> str:
    return re.sub(r"[^a-z0-9_]+", "-", key.lower()).strip("-")


def _escaped(text: str) -> str:
    """What Markdown would read as something else, but for `code`."""
    return re.sub(r"([*<|])(?![^`]*`[^`]*$)", r"\\\1", text)
