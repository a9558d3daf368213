"""Write a noisy copy of all images: `python -m stages.add_noise gaussian`, about 10 seconds."""

from typing import Annotated

import typer

from mnist_autoencoders.stagecraft.process import run, stage

app = stage()


@app.command()
def main(noise: Annotated[str, typer.Argument(help="Name of an entry of `noises:`.")]) -> None:
    """Add one noise to all images, and draw a preview of it."""
    from mnist_autoencoders.dataset.store import SPLITS, open_images
    from mnist_autoencoders.noise.noise import CARD, AnyNoise
    from mnist_autoencoders.noisy_images.write import preview, write_noisy_images
    from mnist_autoencoders.records import write_json
    from mnist_autoencoders.stagecraft.layout import CLEAN, DATA, NOISE_PREVIEWS
    from mnist_autoencoders.stagecraft.outputs import new_file, new_folder
    from mnist_autoencoders.stagecraft.parameters import read
    from mnist_autoencoders.stagecraft.schema import Seed

    entry = read(f"noises.{noise}", AnyNoise)
    seed = read("seed", Seed)
    with new_folder(DATA / noise) as folder:
        for split in SPLITS:
            write_noisy_images(open_images(CLEAN, split), folder, split, noise, entry, seed)
        write_json(folder / CARD, entry.card())
    with new_file(NOISE_PREVIEWS / f"{noise}.png") as picture:
        preview(CLEAN, DATA / noise).save(picture)


if __name__ == "__main__":
    run(app)
