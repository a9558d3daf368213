"""`laboratory:` of params.yaml."""

from typing import Annotated

from pydantic import Field

from mnist_autoencoders.stagecraft.schema import Section


class LaboratoryParameters(Section):
    """What the page carries for people to play with."""

    images: Annotated[int, Field(ge=1, le=2000)] = 200
    """Test images, evenly spread: to pick from, and the points of planes; 350 bytes each."""

    megabytes: Annotated[float, Field(ge=0, le=1000)] = 6.8
    """Of text that the networks' weights may take, see `choose`; 2.7 hold a million weights."""
