"""Odd but legal inputs, each through the whole pipeline: twenty minutes.

`python -m pytest tests/trials/trial_odd.py`; `-k black` for the cases whose name holds a word.
"""

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from mnist_autoencoders.dataset.store import Images
from tests.projects import SMALL_TRAINING, Project, new_project

DENSE = {"kind": "dense", "hidden": [16], "code_size": 4, "input": "clean"} | SMALL_TRAINING
PLAIN = DENSE | {"code_size": 2, "code_activation": "relu"}
DENOISER = DENSE | {"input": "gaussian"}
VARIATIONAL = {"variational": {"beta": 1.0}, "code_activation": "linear"}
CONVOLUTIONAL = {
    "kind": "convolutional", "filters": [4, 2], "input": "clean", "code_size": 1,
} | SMALL_TRAINING  # fmt: skip
WINDOW = {"filters": 1, "kernel": 28}
STRIDED = {
    "kind": "strided", "encoder": [WINDOW], "decoder": [WINDOW], "input": "clean",
} | SMALL_TRAINING  # fmt: skip
"""A code of a single value, in a feature map of one pixel."""

LABELS = [
    "7, 七", "ثلاثة", "три", "😀", "$x_1$", "a$", "b\\c", "100%", "<script>alert(1)", "&amp; &",
    '"quoted" \'so\'', "_hidden", "-minus", "=1+1", "{{ 7 * 7 }}", "long " * 15,
]  # fmt: skip
"""Folder names that something on the way may take for more than letters."""

CALLED = ["train", "index", "item", "key", "clean", "none", "best", "accuracy", "codes"]
"""As stages, files, tables, columns, figures and DVC's own variables are called."""

TROUBLE = re.compile(r"Traceback|Warning|^[WE]0000|\bnan\b|\binf\b", re.MULTILINE)
"""What no output of a run may hold."""

Case = Callable[[dict[str, Any], Path], None]
"""Changes parameters, and may write pictures into a folder, to be named as `data.source`."""


def models(parameters: dict[str, Any], _: Path) -> None:
    """Codes of any size, batches and shares of any size, of all kinds of network."""
    once = {"epochs": 1}
    stopped = {"early_stopping": {"patience": 1}}
    set_models(
        parameters,
        code_1=DENSE | once | {"code_size": 1},
        code_3=DENSE | once | {"code_size": 3},
        code_784=DENSE | once | {"code_size": 784, "code_activation": "relu"},
        vae_1=DENSE | VARIATIONAL | once | {"code_size": 1},
        vae_3=DENSE | VARIATIONAL | once | {"code_size": 3},
        convolutional_1=CONVOLUTIONAL | once | {"batch_size": 100_000},
        strided_1=STRIDED | once | {"images": 1},
        strided_vae=STRIDED | VARIATIONAL | once,
        one_batch=DENSE | once | {"batch_size": 100_000},
        one_image=DENSE | once | {"images": 1},
        dropped=DENSE | once | {"dropout": 0.99},
        held_out=DENSE | stopped | {"validation_share": 0.995},
        hardly=DENSE | stopped | {"validation_share": 0.002, "epochs": 5},
    )


def dead(parameters: dict[str, Any], _: Path) -> None:
    """Trainings with huge steps: codes that are all equal, or huge."""
    wild = {"learning_rate": 1000.0, "epochs": 1}
    far = {"epochs": 1, "batch_size": 100_000, "hidden": []}
    set_models(
        parameters,
        dead=DENSE | wild | {"code_activation": "relu"},
        dead_2=DENSE | wild | {"code_activation": "relu", "code_size": 2, "code_l1": 0.1},
        dead_plain=DENSE | wild | {"code_activation": "relu", "code_size": 2},
        dead_tanh=DENSE | wild | {"code_activation": "tanh"},
        dead_map=CONVOLUTIONAL | wild | {"code_size": None},
        dead_denoiser=DENSE | wild | {"input": "gaussian", "code_activation": "relu"},
        huge=DENSE | far | {"learning_rate": 1e9, "code_size": 3},
        huger=DENSE | far | {"learning_rate": 1e15, "code_size": 2},
        huge_vae=DENSE | VARIATIONAL | far | {"learning_rate": 0.3, "hidden": [16]},
    )


def names(parameters: dict[str, Any], _: Path) -> None:
    """Models and noises of any name, one denoiser as a filter is called."""
    noises = ["train", "index", "gaussian", "none"]
    parameters["noises"] = {name: {"kind": "gaussian", "factor": 0.5} for name in noises}
    set_models(parameters, **{name: DENSE | {"epochs": 1} for name in CALLED})
    parameters["models"]["codes"] |= {"code_size": 2}
    parameters["models"]["best"] |= {"code_l1": 0.01}
    for name, noise in (("index", "index"), ("none", "train"), ("median", "none")):
        parameters["models"][name] = DENSE | {"epochs": 1, "input": noise}
    # a code that is drawn as a picture
    parameters["models"]["accuracy"] = CONVOLUTIONAL | {"epochs": 1, "code_size": None}
    parameters["replicas"]["dense"] = {"models": ["train"], "seeds": [1]}


def no_noise(parameters: dict[str, Any], _: Path) -> None:
    """One model, no noise, no library; one number in each list, and more than there is of all."""
    set_models(parameters, only=DENSE | {"epochs": 1})
    parameters["noises"] = {}
    del parameters["library"]
    parameters["noise_ladder"]["strengths"] = {"marks": [1]}
    few = {"code_bits": [1], "near_zero": 1e-30}
    many = {"mixture": 100, "neighbours": 1000, "prdc_neighbours": 1000, "probe_images": 5000}
    parameters["evaluation"] |= few | many
    parameters["pca"] = {"components": [784], "coded": [784], "compared": 784}
    parameters["pca_decoder"] |= {"components": [784]}
    parameters["classifier"] |= {"epochs": 1, "batch_size": 100_000}
    parameters["codecs"] = {"qualities": [1]}
    parameters["embedding"] |= {
        "images": 60_000, "perplexity": 500.0, "neighbours": 100, "components": 2,
    }  # fmt: skip


def denoising_only(parameters: dict[str, Any], _: Path) -> None:
    """No model of clean images, and a noise that is none."""
    set_models(parameters, only=DENOISER | {"epochs": 1, "code_size": 2})
    parameters["noise_ladder"]["strengths"] = {"tones": [0.0]}
    parameters["noises"] = {"gaussian": {"kind": "gaussian", "factor": 0.0}}


def few(train: int | None, test: int | None) -> Case:
    """So many training and test images."""

    def change(parameters: dict[str, Any], _: Path) -> None:
        limits = {"train_limit": train, "test_limit": test}
        parameters["data"] |= {name: limit for name, limit in limits.items() if limit}
        set_models(parameters, plain=PLAIN, vae=PLAIN | VARIATIONAL, denoiser=DENOISER)

    return change


def pictures(train: dict[str, Images], test: dict[str, Images]) -> Case:
    """A folder of pictures by label."""

    def change(parameters: dict[str, Any], folder: Path) -> None:
        for split, labelled in (("train", train), ("test", test)):
            for label, images in labelled.items():
                (folder / split / label).mkdir(parents=True, exist_ok=True)
                for number, image in enumerate(images):
                    Image.fromarray(image).save(folder / split / label / f"{number:04}.png")
        parameters["data"] |= {"source": folder.name, "train_limit": None, "test_limit": None}
        set_models(parameters, plain=PLAIN, vae=PLAIN | VARIATIONAL, denoiser=DENOISER)

    return change


def squares(count: int, seed: int) -> Images:
    """Bright squares in the dark, somewhere."""
    images = np.zeros((count, 28, 28), np.uint8)
    for image, (top, left) in zip(images, np.random.default_rng(seed).integers(4, 16, (count, 2))):
        image[top : top + 8, left : left + 8] = 200
    return images


def labelled(labels: Iterable[str], count: int) -> dict[str, Images]:
    """So many images of each label."""
    return {label: squares(count, number) for number, label in enumerate(labels)}


def same(image: Images) -> Case:
    """All images are this one, of two classes."""
    both = dict.fromkeys("ab", image[np.newaxis].repeat(30, axis=0))
    return pictures(both, both)


def set_models(parameters: dict[str, Any], **entries: dict[str, Any]) -> None:
    """These models alone, without replicas; filters of a few settings, to save time."""
    parameters["models"] = entries
    parameters["embedding"]["model"] = next(iter(entries))
    parameters["library"] = {}
    for group in ("dense", "convolutional"):
        parameters["replicas"][group] = {"models": [], "seeds": []}
    parameters["filters"] = {name: choice[:2] for name, choice in parameters["filters"].items()}


CASES: dict[str, Case] = {
    "models": models,
    "dead": dead,
    "names": names,
    "no_noise": no_noise,
    "denoising_only": denoising_only,
    "one_training_image": few(1, None),
    "one_test_image": few(None, 1),
    "one_of_each": few(1, 1),
    "two_test_images": few(3, 2),
    "black": same(np.zeros((28, 28), np.uint8)),
    "white": same(np.full((28, 28), 255, np.uint8)),
    "equal": same(squares(1, 0)[0]),
    "unlabelled": pictures({"": squares(40, 0)}, {"": squares(20, 1)}),
    "one_class": pictures(labelled(["only"], 40), labelled(["only"], 20)),
    "missing_class": pictures(labelled("abc", 20), labelled("ad", 20)),
    "one_class_in_test": pictures(labelled("abc", 20), labelled("b", 20)),
    "labels": pictures(labelled(LABELS, 4), labelled(LABELS, 3)),
    "hundred_classes": pictures(
        *(labelled([f"class {number}" for number in range(100)], count) for count in (3, 1))
    ),
}


def change(project: Project, case: str) -> dict[str, Any]:
    """Make a project one of `CASES`; return its parameters."""
    parameters = project.read_parameters()
    CASES[case](parameters, project.folder / "pictures")
    project.write_parameters(parameters)
    return parameters


@pytest.mark.parametrize("case", CASES)
def test_odd_but_legal_works_to_the_end(case: str, tmp_path: Path) -> None:
    project = new_project(tmp_path)
    parameters = change(project, case)
    output = project.stage("repro")
    assert not TROUBLE.search(output), output
    page = (tmp_path / "reports/index.html").read_text("utf-8")
    assert not re.search(r"\bnan\b|\binf\b|<script>alert", re.sub(r"base64,[^\"]*", "", page))
    figures = {path.stem for path in (tmp_path / "reports/figures").iterdir()}
    for model in parameters["models"]:
        assert f'<h3 id="model-{model}">' in page
        assert {f"curve_{model}", f"reconstructions_{model}"} <= figures
        for folder in ("training", "evaluation"):
            assert (tmp_path / "out" / folder / model).is_dir()
    # nothing is left to do, so all outputs are there
    assert "up to date" in project.run("dvc", "status")
