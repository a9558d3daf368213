"""Everything that is measured of one trained model."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mnist_autoencoders.binarise import binarise
from mnist_autoencoders.components.pca import read_components, reconstruct
from mnist_autoencoders.dataset.store import open_images, open_labels, read_card
from mnist_autoencoders.evaluation.denoising import denoising_scores
from mnist_autoencoders.evaluation.generation import Draws, generate
from mnist_autoencoders.evaluation.likelihood import likelihood_bounds
from mnist_autoencoders.evaluation.network import Network
from mnist_autoencoders.evaluation.parameters import EvaluationParameters
from mnist_autoencoders.evaluation.specificity import specificity
from mnist_autoencoders.judge.judge import Judge, Judging
from mnist_autoencoders.measures.codes import code_scores
from mnist_autoencoders.measures.compression import rate_distortion
from mnist_autoencoders.measures.pixels import as_bytes, as_pixels, spread
from mnist_autoencoders.measures.planes import plane_scores
from mnist_autoencoders.measures.scores import image_scores
from mnist_autoencoders.measures.sparsity import sparsity_scores
from mnist_autoencoders.noise_ladder.read import NoisyImages, example
from mnist_autoencoders.records import write_table

SHOWN = 10
"""Noisy and denoised images that are kept to show."""

Figures = dict[str, Any]


@dataclass(frozen=True)
class Sources:
    """What an evaluation reads: outputs of other stages.

    `inputs` holds the images as the model sees them, which are those of `clean` or noisy ones.
    """

    trained: Path
    clean: Path
    inputs: Path
    ladder: list[NoisyImages]
    classifier: Path
    pca: Path


@dataclass(frozen=True)
class PlaneSample:
    """How many test images a plane shows, and how many neighbours of each vote for its digit."""

    images: int
    neighbours: int


def evaluate_model(
    sources: Sources,
    record: Figures,
    parameters: EvaluationParameters,
    plane: PlaneSample,
    seed: int,
    folder: Path,
) -> Figures:
    """Measure a model; return the figures, and write into `folder`:

    - `codes.npy`, `reconstructions.npy`: of the test images, float32 `[n, code size]` and uint8
      `[n, 28, 28]`
    - `first_layer.npy`: the weights, float32 `[784, n]`, where the first layer is dense
    - `planes.npz`: test codes as points, where they are a plane
    - `seen.npy`, `denoising.csv` and `denoised.npy` (of the example of the ladder), for a model of
      noisy images; else `compression.csv`, `specificity.csv`,
      `specificity.npz` and `pictures.npz`, see the modules of these names and `generation`

    `record` is what training says of the model.
    """
    network = Network.load(sources.trained)
    card = read_card(sources.clean)
    originals, seen = (open_images(path, "test") for path in (sources.clean, sources.inputs))
    train_seen = open_images(sources.inputs, "train")[: parameters.probe_images]
    (codes, outputs), train_codes = network.encode_and_reconstruct(seen), network.encode(train_seen)
    np.save(folder / "codes.npy", codes)
    np.save(folder / "reconstructions.npy", as_bytes(outputs))

    labels = open_labels(sources.clean, "test")
    train_labels = open_labels(sources.clean, "train")
    components = reconstruct(read_components(sources.pca / "pca.npz"), seen, codes.shape[1])
    figures: Figures = {
        "data": {
            "name": card.name,
            "train": card.train,
            "test": card.test,
            "sha256": card.sha256,
        },
        **image_scores(originals, outputs),
        "code_size": codes.shape[1],
        "pixels_per_code_value": originals[0].size / codes.shape[1],
        "code_mean": float(np.mean(codes, dtype=np.float64)),
        "code_near_zero": float(np.mean(np.abs(codes) < parameters.near_zero)),
        "parameters": record["count_parameters"],
        "codes": sparsity_scores(codes)
        | code_scores(
            train_codes,
            None if train_labels is None else train_labels[: len(train_codes)],
            codes,
            labels,
            parameters.neighbours,
            parameters.sample,
            parameters.active_variance,
            seed,
        ),
        "pca": image_scores(originals, components),
    }
    weights = network.first_layer()
    if weights is not None:
        np.save(folder / "first_layer.npy", weights)
    if codes.shape[1] == 2:
        part = spread(len(codes), plane.images)
        planes = {"code": codes[part]}
        np.savez(folder / "planes.npz", allow_pickle=False, **planes)
        named = None if labels is None else labels[part]
        figures["planes"] = plane_scores(planes, named, plane.neighbours, parameters.sample, seed)

    if sources.inputs != sources.clean:
        figures["input"] = image_scores(originals, as_pixels(seen))
        np.save(folder / "seen.npy", seen[:SHOWN])
        table = denoising_scores(network, sources.clean, sources.ladder)
        write_table(folder / "denoising.csv", table)
        shown = example(sources.ladder).images("test")[:SHOWN]
        np.save(folder / "denoised.npy", as_bytes(network.reconstruct(shown)))
        return figures

    rates = rate_distortion(
        network.decode, train_codes, codes, originals, parameters.code_bits, parameters.sample
    )
    write_table(folder / "compression.csv", rates)
    strange = specificity(network.reconstruct, originals, parameters.sample, seed)
    write_table(folder / "specificity.csv", strange.table)
    np.savez(folder / "specificity.npz", allow_pickle=False, **strange.examples)
    variational = bool(record["parameters"]["variational"])
    judging = Judging(parameters.confident, parameters.sample, parameters.prdc_neighbours)
    judge = Judge.load(sources.classifier, originals, judging)
    draws = Draws(parameters.generated, parameters.mixture)
    generation = generate(network, train_codes, codes, labels, judge, variational, draws, seed)
    np.savez(folder / "pictures.npz", allow_pickle=False, **generation.pictures)
    aurocs = strange.table.set_index("set")["auroc"].drop("digits")
    figures |= {"auroc": aurocs.to_dict(), "generation": generation.scores}
    # the bounds take the outputs for probabilities: of black and white where those were learned
    if variational and record["parameters"]["loss"] == "binary_crossentropy":
        shown = binarise(originals, 0, 0) if record["parameters"]["binarised"] else originals
        bounds = likelihood_bounds(network.model, shown, parameters.importance_samples, seed)
        # no bound is finite where a code is huge
        if np.isfinite(list(bounds.values())).all():
            figures["likelihood"] = bounds
    return figures
