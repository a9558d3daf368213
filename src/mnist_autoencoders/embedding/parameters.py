"""`embedding:` of params.yaml."""

from typing import Annotated

from pydantic import Field

from mnist_autoencoders.stagecraft.schema import Name, Section


class EmbeddingParameters(Section):
    """Test images as points in a plane."""

    model: Name = "basic"
    """The model whose codes t-SNE lays out beside the pixels."""

    images: Annotated[int, Field(ge=10, le=60_000)] = 5000
    """Test images that are laid out, the same in every plane."""

    components: Annotated[int, Field(ge=2, le=784)] = 50
    """Principal components that stand for the pixels in t-SNE."""

    perplexity: Annotated[float, Field(ge=2, le=500)] = 30.0
    """Of t-SNE: about the number of neighbours that each point keeps; at most a third of the
    images is used."""

    neighbours: Annotated[int, Field(ge=1, le=100)] = 10
    """Nearest other points that vote for the digit of a point."""
