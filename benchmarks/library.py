"""What the models of `library:` reached, after `make repro WITH=all`.

Tables and figures in reports/benchmarks/library; nothing is trained here, but the denoisers that
networks are compared with, on as many images as these: four minutes.
"""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from mnist_autoencoders.backend.parameters import RuntimeParameters
from mnist_autoencoders.backend.start import start_tensorflow
from mnist_autoencoders.baselines.learnt.learning import learn_linear, learn_posterior_mean
from mnist_autoencoders.baselines.learnt.parameters import LearntParameters
from mnist_autoencoders.components.pca import fit, read_components, reconstruct
from mnist_autoencoders.dataset.store import Images, open_images
from mnist_autoencoders.measures.pixels import Pixels, mse_and_psnr, squared_errors
from mnist_autoencoders.noise_ladder.read import NoisyImages, read_ladder
from mnist_autoencoders.records import read_json
from mnist_autoencoders.stagecraft import layout
from mnist_autoencoders.stagecraft.outputs import new_file
from mnist_autoencoders.stagecraft.parameters import read
from mnist_autoencoders.stagecraft.process import run, stage
from mnist_autoencoders.stagecraft.schema import Seed
from mnist_autoencoders.stagecraft.terminal import UserError, say

FOLDER = layout.REPORTS / "benchmarks" / "library"
NATS = {"vae_binarised": 86.8, "iwae_binarised": 85.5}
"""Published by Burda, Grosse and Salakhutdinov 2016, table 1: one layer, 3,280 epochs."""

DEEP, COMPONENTS = "deep_30", 30
DENOISERS = ("denoising", "denoising_any", "denoising_unet", "denoising_any_unet")
TRAINED_ON = {f"denoising_dense_{images}": images for images in (300, 1000, 3000, 10000)} | {
    "denoising_dense": 60000
}
NOISE = ("gaussian", 0.4)
"""Of `denoising_dense`."""

app = stage()


@app.command()
def main() -> None:
    """Compare the models of the library with what was published, and with their opponents."""
    models = [*NATS, DEEP, *DENOISERS, *TRAINED_ON]
    missing = [name for name in models if not (layout.EVALUATION / name).is_dir()]
    if missing:
        raise UserError(
            f'not evaluated: {", ".join(missing)}: make repro WITH="{" ".join(missing)}"'
        )
    start_tensorflow(RuntimeParameters(device="cpu"), seed=0)
    tables = {
        "likelihood": likelihood(),
        "squared_error": squared_error(),
        "denoisers": denoisers(),
        "images": number_of_images(),
    }
    for name, table in tables.items():
        with new_file(FOLDER / f"{name}.csv") as path:
            table.to_csv(path, index=False, float_format="%.5g")
    from benchmarks.library_figures import draw

    draw(FOLDER, {name: _history(name) for name in NATS}, NATS)
    say(f"tables and figures: {FOLDER}")


def likelihood() -> pd.DataFrame:
    """Nats an image of the binarised test images: the bound trained by, and log p(x) estimated."""
    rows = []
    for name, published in NATS.items():
        measured = read_json(layout.METRICS / f"{name}.json")["likelihood"]
        history = _history(name)
        rows.append(
            {
                "model": name,
                "epochs": len(history),
                "val_loss": history["val_loss"].iloc[-1],
                "elbo": -measured["elbo"],
                "importance_weighted": -measured["importance_weighted"],
                "published": published,
                "seconds": _seconds(name),
            }
        )
    return pd.DataFrame(rows)


def squared_error() -> pd.DataFrame:
    """Squared error of a test image, in [0, 1]: summed over pixels, mean over 10,000 images."""
    clean = open_images(layout.CLEAN, "test")
    pixels = clean[0].size
    pca = read_components(layout.PCA / "pca.npz")
    projected = pca.encode(clean, COMPONENTS) @ pca.components[:COMPONENTS] + pca.mean
    # Hinton and Salakhutdinov 2006, who did not clip
    errors = {
        DEEP: (pixels * read_json(layout.METRICS / f"{DEEP}.json")["mse"], 3.00),
        f"pca_{COMPONENTS}": (_per_image(clean, projected.reshape(clean.shape)), 13.87),
        f"pca_{COMPONENTS}, clipped": (
            _per_image(clean, reconstruct(pca, clean, COMPONENTS)),
            None,
        ),
    }
    columns = ["squared_error", "published"]
    table = pd.DataFrame.from_dict(errors, orient="index", columns=columns)
    return table.rename_axis("model").reset_index()


def _per_image(clean: Images, images: Pixels) -> float:
    return clean[0].size * mse_and_psnr(squared_errors(clean, images))["mse"]


def denoisers() -> pd.DataFrame:
    """PSNR and SSIM under Gaussian noise of every strength, and of the strongest opponent each."""
    kind = NOISE[0]
    rows = []
    for name in DENOISERS:
        table = pd.read_csv(layout.EVALUATION / name / "denoising.csv")
        rows.append(table[table["kind"] == kind].assign(method=name, seconds=_seconds(name)))
    opponents = [layout.FILTERS / "scores.csv", layout.LEARNT_DENOISERS / "scores.csv"]
    classical = pd.concat(map(pd.read_csv, opponents), ignore_index=True)
    classical = classical[classical["kind"] == kind]
    rows.append(classical.loc[classical.groupby("strength")["psnr"].idxmax()])
    columns = ["strength", "method", "psnr", "ssim", "seconds"]
    return pd.concat(rows)[columns].sort_values(["strength", "psnr"], ascending=[True, False])


def number_of_images() -> pd.DataFrame:
    """Denoisers by the number of training images: a network, and what is learnt without one."""
    kind, strength = NOISE
    ladder = read_ladder(layout.NOISE_LADDER, [kind])
    (noisy,) = (noisy for noisy in ladder if noisy.strength == strength)
    originals = open_images(layout.CLEAN, "test")[: len(noisy.images("test"))]
    rows: list[dict[str, Any]] = []
    for name, images in TRAINED_ON.items():
        table = pd.read_csv(layout.EVALUATION / name / "denoising.csv")
        (row,) = table[(table["kind"] == kind) & (table["strength"] == strength)].to_dict("records")
        rows.append({"images": images, "method": "network", "psnr": row["psnr"]})
        for method, denoised in _without_network(noisy, images):
            psnr = mse_and_psnr(squared_errors(originals, denoised))["psnr"]
            rows.append({"images": images, "method": method, "psnr": psnr})
    return pd.DataFrame(rows)


def _without_network(noisy: NoisyImages, images: int) -> Iterator[tuple[str, Pixels]]:
    """Every other denoiser, learnt from so many of the images after the ladder's own."""
    parameters, seed = read("learnt_denoisers", LearntParameters), read("seed", Seed)
    linear = parameters.linear.model_copy(update={"images": images})
    yield "linear map", learn_linear(layout.CLEAN, noisy, linear, seed)[1]
    bayes = parameters.posterior_mean.model_copy(update={"images": images})
    yield "posterior mean", learn_posterior_mean(layout.CLEAN, noisy, bayes)[1]
    clean = open_images(layout.CLEAN, "train")
    tuned = len(noisy.images("train"))
    pca = fit(clean[tuned : tuned + images])

    def psnr(components: int) -> float:
        denoised = reconstruct(pca, noisy.images("train"), components)
        return mse_and_psnr(squared_errors(clean[:tuned], denoised))["psnr"]

    best = max((2**power for power in range(10)), key=psnr)
    yield "PCA", reconstruct(pca, noisy.images("test"), best)


def _history(name: str) -> pd.DataFrame:
    return pd.read_csv(layout.TRAINING / name / "history.csv")


def _seconds(name: str) -> float:
    return float(read_json(layout.TIMINGS / f"{name}.json")["seconds"])


if __name__ == "__main__":
    run(app)
