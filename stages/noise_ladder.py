"""Write one kind of noise at ascending strengths: `python -m stages.noise_ladder blur`, seconds."""

from typing import Annotated

import typer

from mnist_autoencoders.stagecraft.process import run, stage

app = stage()


@app.command()
def main(
    kind: Annotated[str, typer.Argument(help="A kind under `noise_ladder.strengths:`.")],
) -> None:
    """Write the first images under one kind of noise at every strength of the ladder."""
    from mnist_autoencoders.noise.noise import noise_of
    from mnist_autoencoders.noise_ladder.write import write_rungs
    from mnist_autoencoders.stagecraft.layout import CLEAN, NOISE_LADDER
    from mnist_autoencoders.stagecraft.outputs import new_folder
    from mnist_autoencoders.stagecraft.parameters import read
    from mnist_autoencoders.stagecraft.schema import Seed

    strengths = read(f"noise_ladder.strengths.{kind}", list[int | float])
    counts = {split: read(f"noise_ladder.{split}_images", int) for split in ("train", "test")}
    with new_folder(NOISE_LADDER / kind) as folder:
        noises = [noise_of(kind, strength) for strength in strengths]
        write_rungs(CLEAN, folder, noises, counts, read("seed", Seed))


if __name__ == "__main__":
    run(app)
