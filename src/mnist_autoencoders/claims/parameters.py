"""`claims:` of params.yaml: from where on a figure counts."""

from typing import Annotated

from pydantic import Field

from mnist_autoencoders.stagecraft.schema import Once, Section

Decibels = Annotated[float, Field(ge=0, le=1000)]
Share = Annotated[float, Field(ge=0, le=1)]


class ClaimParameters(Section):
    """The thresholds that verdicts are judged by."""

    same: Decibels
    """PSNR within which the linear autoencoder counts as PCA, in dB."""

    close: Decibels
    """PSNR within which two reconstructions count as close, in dB."""

    sparser: Share
    """A code is much sparser if at most this share of the other's values take part in it."""

    useful: Decibels
    """PSNR that a denoiser has to gain to count as removing a noise, in dB."""

    levels: Annotated[list[Decibels], Field(min_length=1, max_length=50), Once]
    """PSNR at which the bytes of autoencoders and codecs are compared, in dB."""

    lost: Share
    """Share of the variance of an image from which a reconstruction is said to fail."""

    separate: Share
    """Accuracy of neighbours from which a plane is said to separate the digits."""

    legible: Share
    """Precision from which a decoder is said to give digits mostly."""

    off: Share
    """A published figure that differs by more from that of one seed is marked."""
