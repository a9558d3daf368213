"""All that the laboratory of the page needs, from what training and evaluation left."""

import base64
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mnist_autoencoders.dataset.store import Images, open_images, open_labels, read_card
from mnist_autoencoders.laboratory.network import read_network
from mnist_autoencoders.laboratory.pack import pack_network, pack_numbers, squeezed, text
from mnist_autoencoders.laboratory.parameters import LaboratoryParameters
from mnist_autoencoders.measures.arithmetic import for_products
from mnist_autoencoders.measures.eigen import symmetric_eigen
from mnist_autoencoders.measures.pixels import spread
from mnist_autoencoders.stagecraft import layout
from mnist_autoencoders.stagecraft.intact import intact, read_table

Json = dict[str, Any]

SCRIPTS = ("layers", "network", "noise", "filters", "pictures", "state", "code", "plane", "main")
"""In the order in which they are joined."""

FILTERS = ("gaussian", "median", "total_variation", "non_local_means")
"""The classical filters that the scripts have."""

PLANE = 2
"""Values of a code that is a plane."""

SHORT = 32
"""Values of a code up to which its bars are seen one by one in the page's first picture."""

DIRECTIONS = 32
"""Of the largest variance, along which codes are drawn; all, of codes that are no longer."""


def bundle(parameters: LaboratoryParameters) -> Json:
    """Test images, tuned filters and networks, see `scripts/state.js` for what is made of them."""
    models, left_out = choose([_model(row) for row in _rows()], parameters.megabytes)
    ladder = read_table(layout.TABLES / "ladder.csv")
    tuned = read_table(layout.TABLES / "filters.csv")
    tuned = tuned[tuned["method"].isin(FILTERS)][["kind", "strength", "method", "setting"]]
    shown = ladder[ladder["shown"]].iloc[0]
    return {
        "images": _images(parameters.images),
        "shown": {"kind": shown["kind"], "strength": float(shown["strength"])},
        "filters": tuned.to_dict("records"),
        "models": models,
        "left_out": left_out,
    }


def choose(models: list[Json], megabytes: float) -> tuple[list[Json], list[str]]:
    """The models whose texts together stay within so many megabytes, and names of the others.

    First come those that there is most to try with: that denoise, that are variational, whose code
    is a plane. Then the others, and in both groups the smaller first. A model that no longer fits
    is passed over, as is one with a layer that is not known. The order of the rest is kept.
    """

    def turn(model: Json) -> tuple[bool, int]:
        special = model["noise"] or model["variational"] or model["size"] == PLANE
        return not special, _length(model)

    left, taken = megabytes * 1e6, set[str]()
    for model in sorted((model for model in models if model["network"]), key=turn):
        if _length(model) <= left:
            left -= _length(model)
            taken.add(model["name"])
    return (
        [model for model in models if model["name"] in taken],
        [model["name"] for model in models if model["name"] not in taken],
    )


def scripts() -> str:
    """The scripts of the page, one after the other, as one that leaves no other name behind."""
    folder = Path(__file__).parent / "scripts"
    parts = [(folder / f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS]
    return "\n".join(['"use strict";', "(() => {", *parts, "})();", ""])


def front() -> Json | None:
    """What the first picture of the page is made of: a test image, its code and what becomes of
    it, of the first model with a short code that sees clean images; None if there is none."""
    for row in _rows():
        folder = layout.EVALUATION / row["model"]
        codes, outputs = (_open(folder / f"{name}.npy") for name in ("codes", "reconstructions"))
        if row["input"] == "clean" and codes.shape[1] <= SHORT:
            return {
                "model": row["model"],
                "image": _png(open_images(layout.CLEAN, "test")[0]),
                "code": codes[0].tolist(),
                "output": _png(outputs[0]),
            }
    return None


def _length(model: Json) -> int:
    return len(json.dumps(model))


def _rows() -> list[Json]:
    """The models as the tables have them, with None for what is missing."""
    table = read_table(layout.TABLES / "models.csv")
    rows: list[Json] = table.astype(object).where(table.notna(), None).to_dict("records")
    return rows


def _model(row: Json) -> Json:
    name = row["model"]
    noise, codes = row.get("noise.label"), _open(layout.EVALUATION / name / "codes.npy")
    low, high = (float(value) for value in np.quantile(codes, [0.001, 0.999]))
    network = read_network(layout.TRAINING / name / "model.keras")
    return {
        "name": name,
        "noise": noise,
        "variational": row.get("variational.beta") is not None,
        "size": codes.shape[1],
        "range": [low, high],
        # where a model denoises, random codes are none of its business
        "fitted": None if noise else _normal(codes),
        "network": network and pack_network(network),
    }


def _open(path: Path) -> NDArray[Any]:
    """An array of evaluation, memory-mapped."""
    with intact(path):
        array: NDArray[Any] = np.load(path, mmap_mode="r")
    return array


def _normal(codes: NDArray[np.float32]) -> Json:
    """A normal distribution of codes `[n, d]`: its mean, and the directions of the largest
    variance, `[k, d]`, each as long as its standard deviation."""
    mean = codes.mean(axis=0, dtype=np.float64)
    centred = for_products(codes - mean, len(codes))
    variance, directions = symmetric_eigen(centred.T @ centred / len(codes))
    lengths = np.sqrt(variance.clip(min=0))[:DIRECTIONS, np.newaxis]
    spread_out = directions[:DIRECTIONS] * lengths
    return {"mean": text(mean, "<f4"), "directions": pack_numbers(spread_out)}


def _images(wanted: int) -> Json:
    images, labels = open_images(layout.CLEAN, "test"), open_labels(layout.CLEAN, "test")
    chosen = spread(len(images), wanted)
    return {
        "numbers": chosen.tolist(),
        "pixels": squeezed(images[chosen]),
        "labels": None if labels is None else labels[chosen].tolist(),
        "classes": read_card(layout.CLEAN).classes,
    }


def _png(image: Images) -> str:
    file = io.BytesIO()
    Image.fromarray(image).save(file, "PNG", optimize=True)
    return base64.b64encode(file.getvalue()).decode("ascii")
