"""Tiny untrained networks, and the page with them as its laboratory."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from playwright.sync_api import Browser, Page

from mnist_autoencoders.dataset.store import ImageSet, write_images
from mnist_autoencoders.laboratory.bundle import bundle, front, scripts
from mnist_autoencoders.laboratory.parameters import LaboratoryParameters
from mnist_autoencoders.measures.pixels import as_bytes
from mnist_autoencoders.models.build import build_model
from mnist_autoencoders.models.model import AnyModel
from mnist_autoencoders.networks.archive import save_model
from mnist_autoencoders.page.laboratory import Laboratory, read_laboratory
from mnist_autoencoders.records import write_json
from mnist_autoencoders.stagecraft import layout
from mnist_autoencoders.stagecraft.parameters import check
from tests import pages

Values = NDArray[np.floating]

MODELS = {
    "plain": {"kind": "dense", "input": "clean", "hidden": [16], "code_size": 2},
    "denoiser": {"kind": "convolutional", "input": "gaussian", "filters": [3, 2]},
    "vae": {
        "kind": "dense",
        "input": "clean",
        "hidden": [12],
        "code_size": 5,
        "code_activation": "linear",
        "variational": {},
    },
}


def network(parameters: dict[str, Any], seed: int = 0) -> keras.Model:
    """A network with random weights, no moment or bias of which is zero or one."""
    model = build_model(check(parameters, AnyModel, "test"))
    rng = np.random.default_rng(seed)
    weights = []
    for variable in model.weights:
        values = np.asarray(variable) + rng.normal(0, 0.05, variable.shape)
        weights.append(np.abs(values) + 0.1 if "variance" in variable.path else values)
    model.set_weights(weights)
    return model


def digits(count: int) -> NDArray[np.uint8]:
    """Blobs of light, uint8 `[n, 28, 28]`."""
    rng = np.random.default_rng(1)
    rows, columns = np.mgrid[:28, :28]
    middles, widths = rng.uniform(8, 20, (count, 2)), rng.uniform(10, 60, count)
    images = [
        255 * np.exp(-((rows - y) ** 2 + (columns - x) ** 2) / width)
        for (y, x), width in zip(middles, widths)
    ]
    return np.array(images).astype(np.uint8)


def codes_of(model: keras.Model, pixels: Values) -> Values:
    """What the encoder gives first, `[n, code size]`, of float `[n, 28, 28]`."""
    code = model.get_layer("encoder").predict(pixels[..., np.newaxis], verbose=0)
    return np.asarray(code[0] if isinstance(code, list) else code).reshape(len(pixels), -1)


def write_project(models: dict[str, dict[str, Any]]) -> dict[str, keras.Model]:
    """What earlier stages would leave in the working folder, for the stage `laboratory`."""
    images = digits(60)
    labels = np.arange(60, dtype=np.int16) % 10
    layout.CLEAN.mkdir(parents=True)
    held = ImageSet("digits", images[:30], images[30:], labels[:30], labels[30:], [*"0123456789"])
    write_images(layout.CLEAN, held)
    rows, made = [], {}
    for seed, (name, parameters) in enumerate(models.items()):
        made[name] = model = network(parameters, seed)
        for folder in (layout.TRAINING / name, layout.EVALUATION / name):
            folder.mkdir(parents=True)
        save_model(model, layout.TRAINING / name / "model.keras")
        pixels = images[30:] / np.float32(255)
        np.save(layout.EVALUATION / name / "codes.npy", codes_of(model, pixels))
        outputs = model.predict(pixels[..., np.newaxis], verbose=0)[..., 0]
        np.save(layout.EVALUATION / name / "reconstructions.npy", as_bytes(outputs))
        noise = None if parameters["input"] == "clean" else "gaussian 0.5"
        beta = 1.0 if "variational" in parameters else None
        row = {"model": name, "input": parameters["input"], "noise.label": noise}
        rows.append(row | {"variational.beta": beta})
    tables = {
        # a project without denoisers or variational models has no such columns
        "models": pd.DataFrame(rows).dropna(axis="columns", how="all"),
        "ladder": pd.DataFrame([("gaussian", 0.5, True)], columns=["kind", "strength", "shown"]),
        "filters": pd.DataFrame(
            [
                ("gaussian", strength, method, setting, 0.1, 10.0, 0.5)
                for strength in (0.2, 0.5)
                for method, setting in (("none", None), ("median", 3.0), ("gaussian", strength))
            ],
            columns=["kind", "strength", "method", "setting", "mse", "psnr", "ssim"],
        ),
    }
    layout.TABLES.mkdir(parents=True)
    for name, table in tables.items():
        table.to_csv(layout.TABLES / f"{name}.csv", index=False)
    return made


def write_laboratory(parameters: LaboratoryParameters) -> Laboratory:
    """What the stage `laboratory` writes, as the page reads it."""
    content = bundle(parameters)
    layout.LABORATORY.mkdir(parents=True, exist_ok=True)
    (layout.LABORATORY / "laboratory.json").write_text(json.dumps(content))
    (layout.LABORATORY / "laboratory.js").write_text(scripts())
    about = {"models": len(content["models"]), "left_out": content["left_out"], "front": front()}
    write_json(layout.LABORATORY / "about.json", about)
    return read_laboratory(layout.LABORATORY)


def write_page(laboratory: Laboratory) -> Path:
    """The page of `tests.pages` with this laboratory."""
    html = replace(pages.REPORT, laboratory=laboratory).render()
    layout.PAGE.parent.mkdir(exist_ok=True)
    layout.PAGE.write_text(html, encoding="utf-8")
    return layout.PAGE.resolve()


def in_browser(page: Page, packed: dict[str, Any], pixels: Values) -> tuple[Values, Values]:
    """Codes and reconstructions of float `[n, 28, 28]`, flat, by the scripts of the page."""
    script = """([model, images]) => {
      const network = new laboratory.Network(model);
      return images.map((pixels) => {
        const encoded = network.encode(pixels);
        return [[...encoded.code], [...network.decode(encoded)]];
      });
    }"""
    results = page.evaluate(script, [packed, pixels.reshape(len(pixels), -1).tolist()])
    codes, pictures = zip(*results)
    return np.array(codes), np.array(pictures)


def blank(browser: Browser) -> Iterator[Page]:
    """The body of a fixture: a page with the scripts and nothing else."""
    page = browser.new_page()
    page.add_script_tag(content=scripts())
    yield page
    page.close()
