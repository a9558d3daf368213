"""What DVC lists of an evaluation is what it says, and no more than fits."""

import json
from pathlib import Path

from mnist_autoencoders.headlines.headlines import headlines


def test_the_few_figures_of_each_model_and_of_no_replica(tmp_path: Path) -> None:
    plain = {"psnr": 16.9, "ssim": 0.67, "bce": 0.13, "codes": {"knn_accuracy": 0.92, "zeros": 0.0}}
    bound = plain | {"psnr": 20.9, "likelihood": {"elbo": -105.7, "kl": 25.4}}
    for name, evaluation in {"simple": plain, "simple-1": plain, "vae": bound}.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(evaluation))
    assert headlines(tmp_path) == {
        "simple": {"psnr": 16.9, "ssim": 0.67, "knn": 0.92},
        "vae": {"psnr": 20.9, "ssim": 0.67, "knn": 0.92, "elbo": -105.7},
    }
