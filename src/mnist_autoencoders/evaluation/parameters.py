"""`evaluation:` of params.yaml: how much is measured of every model."""

from typing import Annotated

from pydantic import Field

from mnist_autoencoders.stagecraft.schema import Once, Section


class EvaluationParameters(Section):
    """The same for all models, so that their figures compare."""

    probe_images: Annotated[int, Field(ge=10, le=1_000_000)] = 10_000
    """Training images whose codes probe, neighbours, quantiser and Gaussians are fitted to."""

    sample: Annotated[int, Field(ge=10, le=10_000)]
    """Test images, evenly spread, of what takes long: neighbours, clusters, rate and distortion
    (of PCA and the codecs too), other images; and generated ones whose neighbours are compared."""

    near_zero: Annotated[float, Field(gt=0, le=1e6)]
    """A code value of a smaller magnitude counts as zero."""

    active_variance: Annotated[float, Field(ge=0, le=1e6)]
    """Variance over the training images above which a code value counts as used."""

    confident: Annotated[float, Field(gt=0, lt=1)]
    """The classifier's probability from which on an image counts as recognised."""

    prdc_neighbours: Annotated[int, Field(ge=1, le=1000)] = 5
    """Nearest other images whose distance is the reach of one, in precision, recall, density and
    coverage."""

    neighbours: Annotated[int, Field(ge=1, le=1000)] = 5
    """Of the k-nearest-neighbour classification of codes."""

    code_bits: Annotated[list[Annotated[int, Field(ge=1, le=8)]], Field(min_length=1), Once] = (
        Field(default=[2, 3, 4, 6, 8])
    )
    """Bits a code value, or a coordinate of PCA, is quantised to: a point of a curve each."""

    generated: Annotated[int, Field(ge=100, le=100_000)] = 5000
    """Images decoded from random codes and judged."""

    mixture: Annotated[int, Field(ge=1, le=100)] = 10
    """Normal distributions of the mixture that is fitted to the training codes."""

    importance_samples: Annotated[int, Field(ge=1, le=10_000)] = 100
    """Codes drawn per image for the estimate of log p(x) of a variational model."""
