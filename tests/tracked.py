"""A small training as the tracking sees it."""

from typing import Any

from tests.projects import ROOT

RECORD: dict[str, Any] = {
    "model": "tiny",
    "parameters": {"kind": "dense", "code_size": 2, "hidden": [16, 8]},
    "noise": {"kind": "gaussian", "strength": 0.7},
    "seed": 3,
    "replica": False,
    "data": {"name": "some digits", "sha256": "0123456789" * 6, "train": 30, "test": 6, "card": 1},
    "device": {"kind": "cpu", "threads": 2},
    "model_sha256": "abc",
}
PICTURE = ROOT / "reports/noise/gaussian.png"
