"""Read the images that `data.source` names and write them as arrays: a few seconds."""

from mnist_autoencoders.terminal import run, stage

app = stage()


@app.command()
def main() -> None:
    """Fetch, check and store the images in data/clean."""
    from mnist_autoencoders.dataset.store import write_images
    from mnist_autoencoders.layout import CLEAN
    from mnist_autoencoders.outputs import new_folder
    from mnist_autoencoders.parameters import load_parameters
    from mnist_autoencoders.sources.prepare import read_source
    from mnist_autoencoders.terminal import say

    parameters = load_parameters()
    images = read_source(parameters.data, parameters.seed)
    with new_folder(CLEAN) as folder:
        card = write_images(folder, images)
    say(f"{card.title} (sha256 {card.sha256[:12]})")


if __name__ == "__main__":
    run(app)
