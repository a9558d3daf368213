"""What the comments of params.yaml say of its keys."""

import re

LINE = re.compile(r"(?P<space> *)(?P<key>[a-z0-9_]+):(?P<value>[^#]*)(#(?P<comment>.*))?$")
MORE = re.compile(r"(?P<space> *)#(?P<comment>.*)$")


def comments(text: str) -> dict[str, str]:
    """The comment behind each key, by dotted key, with the lines that go on below it.

    A line goes on with the comment above if its own `#` is further right than the key. Comments
    that stand above a key are of a section, and are left out.
    """
    found: dict[str, str] = {}
    above: list[tuple[int, str]] = []
    last: tuple[int, str] | None = None
    for line in text.splitlines():
        if last and (more := MORE.fullmatch(line)) and len(more["space"]) > last[0]:
            found[last[1]] += f" {more['comment'].strip()}"
            continue
        last = None
        if not (match := LINE.fullmatch(line)):
            continue
        indent = len(match["space"])
        above = [part for part in above if part[0] < indent] + [(indent, match["key"])]
        if match["comment"]:
            key = ".".join(part for _, part in above)
            found[key] = match["comment"].strip()
            # a section's comment is followed by its keys, or by comments of these
            last = (indent + 2, key)
    return found
