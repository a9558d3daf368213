"""`codecs:` of params.yaml."""

from typing import Annotated

from pydantic import Field

from mnist_autoencoders.stagecraft.schema import Once, Section


class CodecParameters(Section):
    """The lossy codecs that the autoencoders are compared with."""

    qualities: Annotated[
        list[Annotated[int, Field(ge=1, le=100)]], Field(min_length=1, max_length=30), Once
    ] = Field(default=[1, 5, 10, 20, 35, 50, 75, 90])
    """Settings of JPEG and WebP: 1 for the fewest bytes, 100 for the least error."""
