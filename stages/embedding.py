"""Lay the pixels of test images out in planes: `python -m stages.embedding`, half a minute."""

from mnist_autoencoders.terminal import run, stage

app = stage()


@app.command()
def main() -> None:
    """Write the points of PCA and t-SNE, and how well the digits lie apart in them."""
    import numpy as np

    from mnist_autoencoders.baselines.embedding.embed import pixel_planes
    from mnist_autoencoders.baselines.pca.model import read_components
    from mnist_autoencoders.dataset.store import open_images, open_labels
    from mnist_autoencoders.layout import CLEAN, EMBEDDING, PCA
    from mnist_autoencoders.measures.pixels import spread
    from mnist_autoencoders.measures.planes import plane_scores
    from mnist_autoencoders.outputs import new_folder, write_json
    from mnist_autoencoders.parameters import load_parameters

    parameters = load_parameters()
    embedding = parameters.embedding
    images, labels = open_images(CLEAN, "test"), open_labels(CLEAN, "test")
    part = spread(len(images), embedding.images)
    components = read_components(PCA / "pca.npz")
    planes = pixel_planes(images[part], components, embedding, parameters.seed)
    shown = None if labels is None else labels[part]
    with new_folder(EMBEDDING) as folder:
        np.savez(folder / "planes.npz", allow_pickle=False, **planes)
        scores = plane_scores(planes, shown, embedding.neighbours, parameters.seed)
        write_json(folder / "scores.json", scores)


if __name__ == "__main__":
    run(app)
