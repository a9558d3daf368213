"""Read the images that `data.source` names and write them as arrays: a few seconds."""

from mnist_autoencoders.stagecraft.process import run, stage

app = stage()


@app.command()
def main() -> None:
    """Fetch, check and store the images in data/clean."""
    from mnist_autoencoders.dataset.store import write_images
    from mnist_autoencoders.sources.parameters import DataParameters
    from mnist_autoencoders.sources.prepare import read_source
    from mnist_autoencoders.stagecraft.layout import CLEAN
    from mnist_autoencoders.stagecraft.outputs import new_folder
    from mnist_autoencoders.stagecraft.parameters import read
    from mnist_autoencoders.stagecraft.schema import Seed
    from mnist_autoencoders.stagecraft.terminal import say

    images = read_source(read("data", DataParameters), read("seed", Seed))
    with new_folder(CLEAN) as folder:
        card = write_images(folder, images)
    say(f"{card.title} (sha256 {card.sha256[:12]})")


if __name__ == "__main__":
    run(app)
