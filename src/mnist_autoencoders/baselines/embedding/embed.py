"""The pixels of the test images in a plane."""

from mnist_autoencoders.baselines.embedding.parameters import EmbeddingParameters
from mnist_autoencoders.baselines.pca.model import Components
from mnist_autoencoders.dataset.store import Images
from mnist_autoencoders.measures.planes import Points, tsne
from mnist_autoencoders.terminal import say

PIXEL_COMPONENTS = 50
"""Principal components that stand for the pixels, as van der Maaten and Hinton 2008 took 30."""


def pixel_planes(
    images: Images, pca: Components, parameters: EmbeddingParameters, seed: int
) -> dict[str, Points]:
    """`pca`, the first two components, and `tsne_pixels`: float32 `[n, 2]` each.

    `images` are uint8 `[n, 28, 28]`.
    """
    say(f"t-SNE of the pixels of {len(images):,} images")
    points = tsne(pca.encode(images, PIXEL_COMPONENTS), parameters.perplexity, seed)
    return {"pca": pca.encode(images, 2), "tsne_pixels": points}
