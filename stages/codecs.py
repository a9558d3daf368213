"""Compress the test images with JPEG, WebP and PNG: `python -m stages.codecs`, half a minute."""

from mnist_autoencoders.stagecraft.process import run, stage

app = stage()


@app.command()
def main() -> None:
    """Write the bytes and the distortion of each codec."""
    from mnist_autoencoders.baselines.codecs.measure import measure
    from mnist_autoencoders.baselines.codecs.parameters import CodecParameters
    from mnist_autoencoders.dataset.store import open_images
    from mnist_autoencoders.records import write_table
    from mnist_autoencoders.stagecraft.layout import CLEAN, CODECS
    from mnist_autoencoders.stagecraft.outputs import new_folder
    from mnist_autoencoders.stagecraft.parameters import read

    qualities = read("codecs", CodecParameters).qualities
    table = measure(open_images(CLEAN, "test"), qualities, read("evaluation.sample", int))
    with new_folder(CODECS) as folder:
        write_table(folder / "codecs.csv", table)


if __name__ == "__main__":
    run(app)
