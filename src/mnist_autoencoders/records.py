"""JSON files as the pipeline writes them: indented, so that they read well in a diff."""

import json
from pathlib import Path
from typing import Any

from mnist_autoencoders.stagecraft.outputs import new_file


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write `content`, keys in their given order, ending with a newline."""
    with new_file(path) as temporary:
        temporary.write_text(
            json.dumps(content, indent=2, allow_nan=False) + "\n", encoding="utf-8"
        )


def read_json(path: Path) -> dict[str, Any]:
    """What `write_json` wrote."""
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content
