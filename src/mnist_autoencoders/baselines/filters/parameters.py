"""`filters:` of params.yaml."""

from typing import Annotated

from pydantic import Field

from mnist_autoencoders.stagecraft.schema import Section

Settings = Annotated[list[Annotated[float, Field(ge=0)]], Field(min_length=1)]


class FilterParameters(Section):
    """The settings to choose from of each filter, from gentle to strong.

    What they are is said in `methods`.
    """

    gaussian: Settings
    median: Settings
    wavelet: Settings
    total_variation: Settings
    non_local_means: Settings
    jpeg: Settings
