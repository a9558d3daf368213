"""Lay the pixels of test images out in planes: `python -m stages.embed_pixels`, half a minute."""

from mnist_autoencoders.stagecraft.process import run, stage

app = stage()


@app.command()
def main() -> None:
    """Write the points of PCA and t-SNE, and how well the digits lie apart in them."""
    from mnist_autoencoders.components.pca import read_components
    from mnist_autoencoders.dataset.store import open_images
    from mnist_autoencoders.embedding.embed import pixel_planes
    from mnist_autoencoders.embedding.planes import write_planes
    from mnist_autoencoders.measures.pixels import spread
    from mnist_autoencoders.stagecraft.layout import CLEAN, PCA, PIXEL_PLANES
    from mnist_autoencoders.stagecraft.outputs import new_folder
    from mnist_autoencoders.stagecraft.parameters import read
    from mnist_autoencoders.stagecraft.schema import Seed

    images = open_images(CLEAN, "test")
    images = images[spread(len(images), read("embedding.images", int))]
    components, perplexity = read("embedding.components", int), read("embedding.perplexity", float)
    neighbours, sample = read("embedding.neighbours", int), read("evaluation.sample", int)
    seed = read("seed", Seed)
    planes = pixel_planes(images, read_components(PCA / "pca.npz"), components, perplexity, seed)
    with new_folder(PIXEL_PLANES) as folder:
        write_planes(planes, CLEAN, neighbours, sample, seed, folder)


if __name__ == "__main__":
    run(app)
