"""Fit principal components to the training images: `python -m stages.pca`, fifteen seconds."""

from mnist_autoencoders.stagecraft.process import run, stage

app = stage()


@app.command()
def main() -> None:
    """Write the components, and what they reach on the test images and on others."""
    from mnist_autoencoders.baselines.pca.curves import error_curve, rate_curves
    from mnist_autoencoders.baselines.pca.parameters import PcaParameters
    from mnist_autoencoders.baselines.pca.specificity import linear_specificity
    from mnist_autoencoders.components.pca import fit, write_components
    from mnist_autoencoders.dataset.store import open_images
    from mnist_autoencoders.records import write_table
    from mnist_autoencoders.stagecraft.layout import CLEAN, PCA
    from mnist_autoencoders.stagecraft.outputs import new_folder
    from mnist_autoencoders.stagecraft.parameters import read
    from mnist_autoencoders.stagecraft.schema import Seed

    parameters = read("pca", PcaParameters)
    bits, sample = read("evaluation.code_bits", list[int]), read("evaluation.sample", int)
    seed = read("seed", Seed)
    train_images, test_images = open_images(CLEAN, "train"), open_images(CLEAN, "test")
    pca = fit(train_images)
    errors = error_curve(pca, test_images, parameters.components)
    rates = rate_curves(pca, train_images, test_images, parameters.coded, bits, sample)
    strange = linear_specificity(pca, test_images, parameters.compared, sample, seed)
    with new_folder(PCA) as folder:
        write_components(folder / "pca.npz", pca)
        write_table(folder / "curve.csv", errors)
        write_table(folder / "rate_distortion.csv", rates)
        write_table(folder / "specificity.csv", strange)


if __name__ == "__main__":
    run(app)
