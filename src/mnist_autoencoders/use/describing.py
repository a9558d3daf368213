"""What is known of a model, in lines."""

from collections.abc import Iterator
from typing import Any

from mnist_autoencoders.use.model import Found

FIGURES = {
    "psnr": "PSNR (dB)",
    "ssim": "SSIM",
    "mse": "squared error",
    "excess_bce": "excess cross-entropy (nats a pixel)",
}


def describe(model: Found) -> Iterator[str]:
    """Name, place, digest; then what training and evaluation say, as far as they are known."""
    yield f"model: {model.asked}"
    yield f"found: {model.where}"
    yield f"sha256: {model.sha256}"
    record, figures = model.record, model.figures
    if model.origin is None or record is None:
        yield "training: unknown; no training of this repository has left this file"
        return
    yield f"entry: {model.origin.name} of params.yaml"
    yield f"kind: {record['parameters']['kind']}: {record['architecture']}"
    yield f"weights: {record['count_parameters']:,}"
    yield f"trained on: {_data(record)}"
    yield f"sees: {record['noise']['label'] if record['noise'] else 'clean images'}"
    if figures is None:
        yield "scores: unknown; it is not evaluated"
        return
    yield f"code: {figures['code_size']} values"
    scores = [f"{label} {figures[key]:.4g}" for key, label in FIGURES.items() if key in figures]
    yield f"on {figures['data']['test']:,} test images: {', '.join(scores)}"


def _data(record: dict[str, Any]) -> str:
    data = record["data"]
    images = record["parameters"].get("images") or data["train"]
    return f"{data['name']}, {min(images, data['train']):,} images"
