"""How much worse a model of digits renders pictures that are no digits."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score

from mnist_autoencoders.dataset.store import Images
from mnist_autoencoders.measures.pixels import Pixels, as_bytes, spread, squared_errors
from mnist_autoencoders.strange_images.errors import set_errors
from mnist_autoencoders.strange_images.sets import image_sets

SHOWN = 8
"""Images of each set that are kept to look at, evenly spread."""


@dataclass(frozen=True)
class Specificity:
    """Errors on each set of images.

    `table` has the columns set, images, mse, psnr, relative_mse, auroc. `examples` holds by set
    uint8 `[2, 8, 28, 28]`: images, and what became of them.
    """

    table: pd.DataFrame
    examples: dict[str, Images]


def specificity(
    reconstruct: Callable[[Images], Pixels], test_images: Images, sample: int, seed: int
) -> Specificity:
    """The errors of `reconstruct`, from uint8 `[n, 28, 28]` to float alike in [0, 1].

    - `mse`, `psnr`, `relative_mse`: of the set, as in `set_errors`
    - `auroc`: the chance that an image of the set has a larger squared error than a digit; 0.5
      for none, 1 if the error tells the set from digits without fail

    Of the test images `sample` are used, evenly spread. Each set has at least eight images.
    """
    sets = image_sets(test_images[spread(len(test_images), sample)], seed)
    rows, examples = [], {}
    digits = np.empty(0)
    for name, images in sets.items():
        outputs = reconstruct(images)
        errors = squared_errors(images, outputs)
        digits = errors if name == "digits" else digits
        strange = np.repeat([0, 1], [len(digits), len(errors)])
        auroc = float(roc_auc_score(strange, np.concatenate([digits, errors])))
        rows.append(
            {"set": name, "images": len(images)} | set_errors(images, errors) | {"auroc": auroc}
        )
        shown = spread(len(images), SHOWN)
        examples[name] = np.stack([images[shown], as_bytes(outputs[shown])])
    return Specificity(pd.DataFrame(rows), examples)
