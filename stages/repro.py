"""Run the pipeline, independent stages side by side: `make repro`, or with `JOBS=1` as `dvc repro`.

The results are the same, to the byte.
"""

from typing import Annotated

import typer

from mnist_autoencoders.stagecraft.process import run, stage

app = stage()


@app.command()
def main(
    jobs: Annotated[int, typer.Option(help="Stages at once.", min=1)] = 2,
    warm: Annotated[
        bool, typer.Option("--warm/--cold", help="Import TensorFlow once, or in every stage.")
    ] = True,
) -> None:
    """Run what is out of date, as `dvc repro` does."""
    from mnist_autoencoders.pipeline.run import reproduce

    reproduce(jobs, warm)


if __name__ == "__main__":
    run(app)
