"""What each model is, from the records of its training."""

from typing import Any

import pandas as pd

from mnist_autoencoders.published.read import read_systems

Records = dict[str, dict[str, Any]]
"""`record.json` of training by model."""

NOISE = ("kind", "strength", "label")


def model_table(records: Records) -> pd.DataFrame:
    """A row per model: what it is, and the entry of params.yaml that made it.

    `id` is that of the published system it rebuilds, if any; `noise.kind`, `noise.strength` and
    `noise.label` are those of its input, and empty where that is clean; `code_shape` is such as
    `4x4x8`. Nested parameters are named as `variational.beta`.
    """
    systems = read_systems()
    rows = [
        {
            "model": model,
            "id": systems.get(model, {}).get("id"),
            "architecture": record["architecture"],
            "code_shape": _by("x", _encoder(record)[-1]["output"]),
            "loss_unit": record["loss_unit"],
            "model_sha256": record["model_sha256"],
            **{f"noise.{key}": (record["noise"] or {}).get(key) for key in NOISE},
            **record["parameters"],
        }
        for model, record in records.items()
    ]
    return pd.json_normalize(rows)


def model_layers(records: Records) -> pd.DataFrame:
    """A row per layer: model, part (encoder or decoder), layer, output, parameters.

    `output` is its shape without the batch, such as `28 x 28 x 1`.
    """
    rows = [
        {"model": model, **layer, "output": _by(" x ", layer["output"])}
        for model, record in records.items()
        for layer in record["layers"]
    ]
    return pd.DataFrame(rows)


def _encoder(record: dict[str, Any]) -> list[dict[str, Any]]:
    return [layer for layer in record["layers"] if layer["part"] == "encoder"]


def _by(separator: str, shape: list[int]) -> str:
    return separator.join(map(str, shape))
