"""Encode and decode the test images with a trained model, and score the result."""

import json
from pathlib import Path
from typing import Any

import keras
import numpy as np

from mnist_autoencoders.dataset.store import open_images, read_card
from mnist_autoencoders.evaluation.scores import image_scores

BATCH = 1000
NEAR_ZERO = 0.01
"""A code value of a smaller magnitude counts as zero."""


def evaluate_model(trained: Path, clean: Path, inputs: Path, folder: Path) -> dict[str, Any]:
    """Write `codes.npy` and `reconstructions.npy` of the test images; return the figures.

    `trained` is the output folder of training; `inputs` holds what the encoder sees. Codes are
    float32 `[n, code size]`, reconstructions uint8 `[n, 28, 28]`.
    """
    record = json.loads((trained / "record.json").read_text(encoding="utf-8"))
    model = keras.models.load_model(trained / "model.keras")
    card = read_card(clean)
    originals, seen = open_images(clean, "test"), open_images(inputs, "test")
    images = seen[..., np.newaxis].astype(np.float32) / np.float32(255)
    codes = model.get_layer("encoder").predict(images, batch_size=BATCH)
    outputs = model.get_layer("decoder").predict(codes, batch_size=BATCH)[..., 0].clip(0, 1)
    codes = codes.reshape(len(codes), -1)
    np.save(folder / "codes.npy", codes)
    np.save(folder / "reconstructions.npy", np.rint(outputs * 255).astype(np.uint8))

    code_size, pixels = codes.shape[1], originals[0].size
    figures: dict[str, Any] = {
        "data": {
            "name": card.name,
            "train": card.train,
            "test": card.test,
            "sha256": card.sha256,
        },
        **image_scores(originals, outputs),
        "code_size": code_size,
        "compression_ratio": pixels / code_size,
        "code_mean": float(np.mean(codes, dtype=np.float64)),
        "code_near_zero": float(np.mean(np.abs(codes) < NEAR_ZERO)),
        "parameters": record["count_parameters"],
    }
    if inputs != clean:
        noisy = seen.astype(np.float32) / np.float32(255)
        figures["input"] = image_scores(originals, noisy)
    return figures
