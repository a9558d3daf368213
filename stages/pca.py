"""Fit principal components to the training images: `python -m stages.pca`, ten seconds."""

from mnist_autoencoders.terminal import run, stage

app = stage()


@app.command()
def main() -> None:
    """Write the components, and what they reach on the test images."""
    from mnist_autoencoders.baselines.pca.curves import error_curve, rate_curves
    from mnist_autoencoders.baselines.pca.model import fit, write_components
    from mnist_autoencoders.dataset.store import open_images
    from mnist_autoencoders.layout import CLEAN, PCA
    from mnist_autoencoders.outputs import new_folder

    train_images, test_images = open_images(CLEAN, "train"), open_images(CLEAN, "test")
    pca = fit(train_images)
    with new_folder(PCA) as folder:
        write_components(folder / "pca.npz", pca)
        error_curve(pca, test_images).to_csv(folder / "curve.csv", index=False)
        rates = rate_curves(pca, train_images, test_images)
        rates.to_csv(folder / "rate_distortion.csv", index=False)


if __name__ == "__main__":
    run(app)
