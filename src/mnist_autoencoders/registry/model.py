"""A trained model as a folder that MLflow loads, serves and registers."""

import base64
import io
import shutil
from contextlib import redirect_stderr
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import mlflow
from mlflow.models import Model
from mlflow.models.model import MLMODEL_FILE_NAME
from PIL import Image, ImageDraw

from mnist_autoencoders.networks.archive import file_sha256
from mnist_autoencoders.registry import served
from mnist_autoencoders.registry.champions import Champion

SERVED = Path(served.__file__)


def served_sha256() -> str:
    """The digest of the code that serves models."""
    return file_sha256(SERVED)


def save_served(
    champion: Champion, trained: Path, record: dict[str, Any], card: str, into: Path
) -> None:
    """Make the MLflow model of a champion at `into`, from the output folder of its training.

    `artifacts/` has the plain `model.keras` and the card. It needs Keras, TensorFlow, NumPy in the
    versions that trained it, Pillow and MLflow, and nothing of this repository.
    """
    versions = record["versions"] | {"pillow": version("pillow")}
    # warnings that a type hint is not checked, as the code checks all input itself, and bars
    with TemporaryDirectory() as folder, redirect_stderr(io.StringIO()):
        file = Path(folder) / "README.md"
        file.write_text(card, encoding="utf-8")
        # MLflow forgets to make the folder of an input example (mlflow #16183)
        into.mkdir()
        mlflow.pyfunc.save_model(
            str(into),
            python_model=str(SERVED),
            model_config={"task": champion.task},
            artifacts={"keras": str(trained / "model.keras"), "card": str(file)},
            input_example=_example(champion.task),
            pip_requirements=[
                f"{package}=={versions[package]}"
                for package in ("keras", "tensorflow", "numpy", "pillow")
            ],
        )
    described = Model.load(str(into))
    # of this machine's folders nobody needs to know; it loads by the names alone
    flavor = described.flavors["python_function"]
    flavor["model_code_path"] = SERVED.name
    for artifact in flavor["artifacts"].values():
        artifact["uri"] = artifact["path"]
    described.save(str(into / MLMODEL_FILE_NAME))
    for cache in into.rglob("__pycache__"):
        shutil.rmtree(cache)


def _example(task: str) -> list[Any]:
    """What a request may hold: seeds, or a ring, which looks like a nought, as a PNG file."""
    if task == "generation":
        return [0, 1]
    ring, file = Image.new("L", (28, 28)), io.BytesIO()
    ImageDraw.Draw(ring).ellipse((8, 5, 19, 22), outline=255, width=3)
    ring.save(file, "PNG")
    return [base64.b64encode(file.getvalue()).decode("ascii")]
