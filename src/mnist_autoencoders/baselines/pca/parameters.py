"""`pca:` of params.yaml."""

from typing import Annotated

from pydantic import Field

from mnist_autoencoders.stagecraft.schema import Once, Section

Counts = Annotated[
    list[Annotated[int, Field(ge=1, le=784)]], Field(min_length=1, max_length=784), Once
]


class PcaParameters(Section):
    """How many principal components the models are compared with."""

    components: Counts
    """Points of the curve of errors."""

    coded: Counts
    """Components whose coordinates are also quantised and entropy coded."""

    compared: Annotated[int, Field(ge=1, le=784)] = 32
    """Components, of digits and of others, whose errors on images that are no digits are taken."""
