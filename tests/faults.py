"""Faults planted one by one: `python -m tests.faults` says which of them the tests notice.

Each is put into a copy of this repository and taken out again; of the tests, those of the files
named with it run. Exit code 1 if one goes unnoticed. About ten minutes.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import stages  # noqa: F401  puts src/ on the path
from mnist_autoencoders.stagecraft.terminal import say
from tests.conftest import ROOT, Project, copy_repository

PACKAGE = "src/mnist_autoencoders"

FAULTS = {
    "the compression ratio is multiplied": (
        "evaluation/evaluate.py",
        "originals[0].size / codes.shape[1]",
        "originals[0].size * codes.shape[1]",
        "evaluation",
    ),
    "PCA's scores are those of the model's own output": (
        "evaluation/evaluate.py",
        "image_scores(originals, components)",
        "image_scores(originals, outputs)",
        "evaluation",
    ),
    "the share near zero is inverted": (
        "evaluation/evaluate.py",
        "np.abs(codes) < parameters.near_zero",
        "np.abs(codes) > parameters.near_zero",
        "evaluation",
    ),
    "scores are against what the model saw, not against the clean images": (
        "evaluation/evaluate.py",
        "**image_scores(originals, outputs)",
        "**image_scores(seen, outputs)",
        "evaluation",
    ),
    "the probe is trained on the codes it is tested on": (
        "evaluation/evaluate.py",
        "network.encode(seen), network.encode(train_seen)",
        "network.encode(seen), network.encode(seen)",
        "evaluation",
    ),
    "a denoiser is scored against its noisy input": (
        "evaluation/denoising.py",
        "image_scores(originals, network",
        "image_scores(images, network",
        "evaluation",
    ),
    "the divergence has the wrong sign in the bound": (
        "evaluation/likelihood.py",
        'means["reconstruction"] - means["kl"]',
        'means["reconstruction"] + means["kl"]',
        "likelihood",
    ),
    "the importance weights lack the number of codes": (
        "evaluation/likelihood.py",
        " - np.log(samples)",
        "",
        "likelihood",
    ),
    "photographs are turned on their side": (
        "evaluation/specificity.py",
        "tiles.swapaxes(1, 2).reshape",
        "tiles.swapaxes(1, 2).swapaxes(2, 3).reshape",
        "specificity",
    ),
    "AUROC counts digits as strange": (
        "evaluation/specificity.py",
        "np.repeat([0, 1], [len(digits)",
        "np.repeat([1, 0], [len(digits)",
        "specificity",
    ),
    "fitted codes are around zero": (
        "evaluation/generation.py",
        "part[:] = mean + for_products",
        "part[:] = for_products",
        "generation",
    ),
    "the mean of the images' PSNR is the PSNR of their mean": (
        "measures/pixels.py",
        "float(np.mean(decibels))",
        "float(-10 * np.log10(np.mean(errors)))",
        "measures scores",
    ),
    "the absolute error is squared": (
        "measures/scores.py",
        "np.mean(np.abs(images - wanted)",
        "np.mean((images - wanted) ** 2",
        "scores",
    ),
    "images and originals change places in the cross-entropy": (
        "measures/scores.py",
        "xlogy(1 - wanted, 1 - likely)",
        "xlogy(1 - likely, 1 - wanted)",
        "scores",
    ),
    "bits are taken for bytes": (
        "measures/compression.py",
        "symbols, 2**count) / 8",
        "symbols, 2**count)",
        "measures",
    ),
    "the tables of the coder are counted on the test codes": (
        "measures/compression.py",
        "code_length(quantiser.symbols(train_codes), symbols",
        "code_length(symbols, symbols",
        "measures",
    ),
    "a point votes for itself": (
        "measures/codes.py",
        "search.kneighbors(return_distance=False)",
        "search.kneighbors(for_distances(points), return_distance=False)",
        "codes measures",
    ),
    "nearest neighbours of one test image vote with another's": (
        "measures/codes.py",
        "test_labels[part])",
        "test_labels[: len(part)])",
        "codes measures",
    ),
    "the covariance is that of a sample": (
        "judge/frechet.py",
        "centred.T @ centred / len(values)",
        "centred.T @ centred / (len(values) - 1)",
        "classifier generation",
    ),
    "the classifier's least certain class counts": (
        "judge/judge.py",
        "reading.probabilities.max(axis=1)",
        "reading.probabilities.min(axis=1)",
        "classifier generation",
    ),
    "PCA forgets the mean": (
        "components/pca.py",
        "pixels -= on_grid(255.0 * self.mean, 12)",
        "pass",
        "compression evaluation same_figures",
    ),
    "a filter is tuned on the test images": (
        "baselines/filters/tuning.py",
        'noisy.images("train")',
        'noisy.images("test")',
        "filters filters_tf",
    ),
    "the worst setting of a filter is taken": (
        "baselines/filters/tuning.py",
        "best = max(scores",
        "best = min(scores",
        "filters filters_tf",
    ),
    "bytes are of all images, not of one": (
        "baselines/codecs/measure.py",
        "size / len(part)",
        "size",
        "compression",
    ),
    "SSIM is drawn as PSNR": (
        "figures/draw.py",
        'scores["model"], scores[score]',
        'scores["model"], scores["ssim"]',
        "figures",
    ),
    "training and validation change places": (
        "figures/draw.py",
        'epochs, history["loss"]',
        'epochs, history["val_loss"]',
        "figures",
    ),
    "the best filter is the worst": (
        "figures/denoising.py",
        'groupby(filters["strength"]).idxmax()',
        'groupby(filters["strength"]).idxmin()',
        "figures_denoising",
    ),
    "the grid is drawn with rows as columns": (
        "figures/generation.py",
        "images.swapaxes(1, 2).reshape(rows",
        "images.reshape(rows",
        "figures_generation",
    ),
    "points of a plane are coloured by the next digit": (
        "figures/codes.py",
        "plane[labels == label]",
        "plane[labels == label + 1]",
        "figures_codes",
    ),
    "the picture of the best is that of the worst": (
        "figures/comparisons.py",
        '(flower.idxmin(), "best")',
        '(flower.idxmax(), "best")',
        "figures_files",
    ),
    "columns of the page's scores are swapped": (
        "page/templates/index.html.jinja",
        "<td>{{ s.psnr | number(2) }}</td><td>{{ s.ssim | number }}</td>",
        "<td>{{ s.ssim | number(2) }}</td><td>{{ s.psnr | number }}</td>",
        "page",
    ),
    "the page shows a timing of another model": (
        "timings/timing.py",
        "known is None or known.model_sha256 != model_sha256",
        "known is None",
        "timings",
    ),
    "the page sorts denoisers upside down": (
        "page/render.py",
        "ascending=False",
        "ascending=True",
        "page page_words",
    ),
    "the digest of the data ignores the pixels": (
        "dataset/store.py",
        "digest.update(np.ascontiguousarray(array).data)",
        "pass",
        "store",
    ),
    "nested scores lose their model": (
        "tables/collect.py",
        'read_json(metrics / f"{model}.json") for model in models]',
        'read_json(metrics / f"{models[0]}.json") for model in models]',
        "tables",
    ),
    "the difference to a published figure is of the measured one": (
        "published/read.py",
        "(measured - published) / published,",
        "(measured - published) / measured,",
        "tables",
    ),
    "claim 1 takes PCA for the model": (
        "claims/reconstruction.py",
        'evidence.of(model, "psnr") - evidence.of(model, "pca.psnr")',
        'evidence.of(model, "pca.psnr") - evidence.of(model, "psnr")',
        "claims",
    ),
    "claim 4 compares with no filter": (
        "claims/evidence.py",
        'self.filters["method"] != "none"',
        'self.filters["method"] == "none"',
        "claims",
    ),
    "claim 5 counts fewer bytes as more": (
        "claims/purposes.py",
        '(points["bytes"] > needed)',
        '(points["bytes"] < needed)',
        "claims",
    ),
    "a verdict holds where one comparison does": (
        "claims/evidence.py",
        "if all(outcomes)",
        "if any(outcomes)",
        "claims",
    ),
    "the noise of all images is the same": (
        "noisy_images/write.py",
        "counter=[0, 0, 0, index]",
        "counter=[0, 0, 0, 0]",
        "noise",
    ),
    "masking makes pixels white": (
        "noise_kinds/masking.py",
        '"pepper"',
        '"salt"',
        "noise",
    ),
    "fresh noise is the same in every epoch": (
        "training/fresh_noise.py",
        "default_rng([seed, epoch])",
        "default_rng([seed, 0])",
        "fresh_noise",
    ),
    "beta weighs the reconstruction": (
        "training/objective.py",
        'parts["reconstruction"] + beta * parts["kl"]',
        'beta * parts["reconstruction"] + parts["kl"]',
        "objective",
    ),
    "the smaller last batch counts as a whole one": (
        "training/loop.py",
        "sizes[-1] = count",
        "sizes[-1] += 0 * count",
        "loop training",
    ),
    "held-out images are trained on": (
        "training/train.py",
        "return count - round(",
        "return count - 0 * round(",
        "task training_files",
    ),
    "a run gets the test scores of its training images": (
        "tracking/runs.py",
        'f"test_{name}", value',
        'f"train_{name}", value',
        "pipeline",
    ),
    "a dependency is missing": (
        "../../dvc.yaml",
        "      - src/mnist_autoencoders/classifier\n",
        "",
        "dependencies",
    ),
}
"""File of the package, what stands there once, what is put there, and the files of tests."""


def notices(project: Project, tests: str) -> bool:
    """Whether one of the tests fails."""
    files = [f"tests/test_{name}.py" for name in tests.split()]
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *files]
    # without the stages, where other tests see the fault: they take minutes
    result = subprocess.run(
        command, cwd=project.folder, env=project.environment, capture_output=True, check=False
    )
    assert result.returncode in (0, 1), result.stdout.decode()
    return result.returncode == 1


def main() -> None:
    """Plant all faults whose words hold the argument, if any."""
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    unnoticed = []
    with tempfile.TemporaryDirectory() as folder:
        project = copy_repository(Path(folder))
        project.run("cp", "-r", str(ROOT / "tests"), str(ROOT / "dvc.lock"), ".")
        for fault, (file, right, wrong, tests) in FAULTS.items():
            if wanted not in fault:
                continue
            path = project.folder / PACKAGE / file
            text = path.read_text()
            assert text.count(right) == 1, f"{fault}: {right} stands {text.count(right)} times"
            path.write_text(text.replace(right, wrong))
            noticed = notices(project, tests)
            path.write_text(text)
            say(f"{'noticed' if noticed else 'UNNOTICED'}: {fault}")
            if not noticed:
                unnoticed.append(fault)
    sys.exit(1 if unnoticed else 0)


if __name__ == "__main__":
    main()
