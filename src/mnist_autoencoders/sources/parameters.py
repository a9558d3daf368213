"""`data:` of params.yaml."""

from typing import Annotated

from pydantic import Field

from mnist_autoencoders.stagecraft.schema import Count, Section


class DataParameters(Section):
    """Which images the pipeline works on."""

    source: Annotated[str, Field(min_length=1, max_length=1000)]
    """`auto`, `mnist`, `mnist-5k`, or the path of a folder."""

    invert: bool = False
    """Turn black into white, for dark strokes on a light ground."""

    test_share: Annotated[float, Field(gt=0, lt=1)] = 0.2
    """Share of the images held out for the test, for folders of pictures without `test/`."""

    train_limit: Count | None = None
    """Use only that many training images, the first ones."""

    test_limit: Count | None = None
    """Use only that many test images, the first ones."""
