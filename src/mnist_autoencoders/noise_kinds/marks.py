"""White marks drawn on the image."""

from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from mnist_autoencoders.noise.noise import Image, Noise


class Marks(Noise):
    """White straight strokes drawn over the digit, each between two random pixels."""

    unit: ClassVar[str] = "strokes"

    kind: Literal["marks"]
    count: Annotated[int, Field(ge=0, le=50)]

    def apply(self, image: Image, rng: np.random.Generator) -> Image:
        marked = image.copy()
        for each in marked.reshape(-1, *image.shape[-2:]):
            _draw(each, self.count, rng)
        return marked


def _draw(image: Image, count: int, rng: np.random.Generator) -> None:
    from skimage.draw import line_aa

    for start_row, start_column, end_row, end_column in rng.integers(0, image.shape[0], (count, 4)):
        rows, columns, coverage = line_aa(start_row, start_column, end_row, end_column)
        inside = (rows < image.shape[0]) & (columns < image.shape[1]) & (rows >= 0) & (columns >= 0)
        rows, columns, coverage = rows[inside], columns[inside], coverage[inside]
        image[rows, columns] = np.maximum(image[rows, columns], coverage)
