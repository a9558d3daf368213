"""`claims:` of params.yaml: from where on a figure counts."""

from typing import Annotated

from pydantic import Field

from mnist_autoencoders.stagecraft.schema import Section

Decibels = Annotated[float, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]


class ClaimParameters(Section):
    """The thresholds that verdicts are judged by."""

    close: Decibels
    """PSNR within which two reconstructions count as close, in dB."""

    sparser: Share
    """A code is much sparser if its mean value is at most this share of the other's."""

    useful: Decibels
    """PSNR that a denoiser has to gain to count as removing a noise, in dB."""

    lost: Share
    """Share of the variance of an image from which a reconstruction is said to fail."""

    separate: Share
    """Accuracy of neighbours from which a plane is said to separate the digits."""

    legible: Share
    """Share of confidently read images from which a decoder is said to give digits mostly."""

    worse: Share
    """A figure that is worse than the published one by more than this share is marked."""
