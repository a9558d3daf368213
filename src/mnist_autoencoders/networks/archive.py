"""Models as `.keras` files that are the same bytes for the same weights.

Keras writes into its archives the date, memory addresses (`shared_object_id`) and the times of
the members. Here they are rewritten to constants; Keras loads the result as any other.
"""

import hashlib
import json
import zipfile
from pathlib import Path
from typing import Any

import keras

FIXED_TIME = (1980, 1, 1, 0, 0, 0)
FIXED_DATE = "1980-01-01@00:00:00"


def save_model(model: keras.Model, path: Path) -> str:
    """Save `model` with its optimizer's state; return the SHA-256 of the file."""
    model.save(path)
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    metadata = json.loads(members["metadata.json"])
    metadata["date_saved"] = FIXED_DATE
    members["metadata.json"] = json.dumps(metadata).encode()
    config = _renumber(json.loads(members["config.json"]), {})
    members["config.json"] = json.dumps(config).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(members):
            archive.writestr(zipfile.ZipInfo(name, FIXED_TIME), members[name])
    return file_sha256(path)


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's content, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _renumber(node: Any, numbers: dict[int, int]) -> Any:
    """Replace each `shared_object_id` by the order of its first appearance."""
    if isinstance(node, list):
        return [_renumber(item, numbers) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: numbers.setdefault(value, len(numbers))
        if key == "shared_object_id"
        else _renumber(value, numbers)
        for key, value in node.items()
    }
