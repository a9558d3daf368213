"""Write a noisy copy of all images: `python -m stages.add_noise gaussian`, about 10 seconds."""

from typing import Annotated

import typer

from mnist_autoencoders.terminal import run, stage

app = stage()


@app.command()
def main(noise: Annotated[str, typer.Argument(help="Name of an entry of `noises:`.")]) -> None:
    """Add one noise to all images, and draw a preview of it."""
    from mnist_autoencoders.layout import CLEAN, DATA, NOISE_PREVIEWS
    from mnist_autoencoders.noise.noisy_set import preview, write_noisy_set
    from mnist_autoencoders.outputs import new_file, new_folder
    from mnist_autoencoders.parameters import load_parameters

    parameters = load_parameters()
    entry = parameters.noise(noise)
    with new_folder(DATA / noise) as folder:
        write_noisy_set(CLEAN, folder, noise, entry, parameters.seed)
    with new_file(NOISE_PREVIEWS / f"{noise}.png") as picture:
        preview(CLEAN, DATA / noise).save(picture)


if __name__ == "__main__":
    run(app)
