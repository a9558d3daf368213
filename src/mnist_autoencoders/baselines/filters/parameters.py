"""`filters:` of params.yaml."""

from typing import Annotated

from pydantic import Field

from mnist_autoencoders.stagecraft.schema import Section

Settings = Annotated[list[Annotated[float, Field(ge=0)]], Field(min_length=1)]


class FilterParameters(Section):
    """The settings to choose from of each filter, from gentle to strong.

    What they are is said in `methods`, and in `tools` for those made for one kind of noise.
    """

    gaussian: Settings
    median: Settings
    wavelet: Settings
    total_variation: Settings
    non_local_means: Settings
    jpeg: Settings
    stretch: Annotated[list[Annotated[float, Field(ge=0, lt=0.5)]], Field(min_length=1)]
    richardson_lucy: Settings
    wiener: Annotated[list[Annotated[float, Field(gt=0)]], Field(min_length=1)]
