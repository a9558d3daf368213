"""The test images in a plane, by their pixels."""

import numpy as np

from mnist_autoencoders.components.pca import Components
from mnist_autoencoders.dataset.store import Images
from mnist_autoencoders.embedding.tsne import tsne
from mnist_autoencoders.measures.planes import Points
from mnist_autoencoders.stagecraft.terminal import say


def pixel_planes(
    images: Images, pca: Components, components: int, perplexity: float, seed: int
) -> dict[str, Points]:
    """`pca`, the first two components, and `tsne_pixels`: float32 `[n, 2]` each.

    `images` are uint8 `[n, 28, 28]`; `components` of them stand for the pixels in t-SNE, as van
    der Maaten and Hinton 2008 took 30. Where there is one component alone, that of one training
    image, the second coordinate is 0.
    """
    say(f"t-SNE of the pixels of {len(images):,} images")
    points = tsne(pca.encode(images, components), perplexity, seed)
    plane = np.zeros((len(images), 2), np.float32)
    coordinates = pca.encode(images, 2)
    plane[:, : coordinates.shape[1]] = coordinates
    return {"pca": plane, "tsne_pixels": points}
