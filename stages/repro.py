"""Run the pipeline as `dvc repro` does, only sooner: `make repro`."""

from typing import Annotated

import typer

from mnist_autoencoders.stagecraft.process import run, stage

app = stage()


@app.command()
def main(
    warm: Annotated[
        bool, typer.Option("--warm/--cold", help="Import TensorFlow once, or in every stage.")
    ] = True,
) -> None:
    """Run what is out of date."""
    from mnist_autoencoders.pipeline.run import reproduce

    reproduce(warm)


if __name__ == "__main__":
    run(app)
