"""Compress the test images with JPEG, WebP and PNG: `python -m stages.codecs`, half a minute."""

from mnist_autoencoders.terminal import run, stage

app = stage()


@app.command()
def main() -> None:
    """Write the bytes and the distortion of each codec."""
    from mnist_autoencoders.baselines.codecs.measure import measure
    from mnist_autoencoders.dataset.store import open_images
    from mnist_autoencoders.layout import CLEAN, CODECS
    from mnist_autoencoders.outputs import new_folder
    from mnist_autoencoders.parameters import load_parameters

    parameters = load_parameters()
    table = measure(open_images(CLEAN, "test"), parameters.codecs.qualities)
    with new_folder(CODECS) as folder:
        table.to_csv(folder / "codecs.csv", index=False)


if __name__ == "__main__":
    run(app)
