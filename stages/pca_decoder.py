"""Decode principal coordinates by a sigmoid layer: `python -m stages.pca_decoder`, 20 seconds."""

from mnist_autoencoders.stagecraft.process import run, stage

app = stage()


@app.command()
def main() -> None:
    """Train the layer for several numbers of components, and score it on the test images."""
    from mnist_autoencoders.backend.parameters import read_runtime
    from mnist_autoencoders.backend.start import start_tensorflow
    from mnist_autoencoders.baselines.pca_decoder.parameters import PcaDecoderParameters
    from mnist_autoencoders.components.pca import read_components
    from mnist_autoencoders.dataset.store import open_images
    from mnist_autoencoders.records import write_table
    from mnist_autoencoders.stagecraft.layout import CLEAN, PCA, PCA_DECODER
    from mnist_autoencoders.stagecraft.outputs import new_folder
    from mnist_autoencoders.stagecraft.parameters import read
    from mnist_autoencoders.stagecraft.schema import Seed

    parameters, seed = read("pca_decoder", PcaDecoderParameters), read("seed", Seed)
    start_tensorflow(read_runtime(), seed)

    from mnist_autoencoders.baselines.pca_decoder.train import decoder_scores

    train_images, test_images = open_images(CLEAN, "train"), open_images(CLEAN, "test")
    pca = read_components(PCA / "pca.npz")
    scores = decoder_scores(pca, train_images, test_images, parameters, seed)
    with new_folder(PCA_DECODER) as folder:
        write_table(folder / "scores.csv", scores)


if __name__ == "__main__":
    run(app)
