"""Digests of the code that a result was made by."""

import hashlib
from collections.abc import Iterable
from pathlib import Path


def digests(paths: Iterable[str]) -> dict[str, str]:
    """A digest of each file or folder of Python code."""
    return {path: _digest(Path(path)) for path in sorted(paths)}


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
        content = file.read_bytes() if file.exists() else b"missing"
        digest.update(f"{file.relative_to(path)}\n{len(content)}\n".encode() + content)
    return digest.hexdigest()[:16]
