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
    with_: Annotated[
        list[str] | None,
        typer.Option("--with", metavar="NAME", help="Copy a model of `library:`, or all, first."),
    ] = None,
    set_param: Annotated[
        list[str] | None,
        typer.Option("--set-param", "-S", metavar="KEY=VALUE", help="As `dvc exp run -S` does."),
    ] = None,
) -> None:
    """Run what is out of date.

    The options change params.yaml; to go back: `git checkout params.yaml` and `make prune`.
    """
    from mnist_autoencoders.pipeline.request import request
    from mnist_autoencoders.pipeline.run import alone, reproduce
    from mnist_autoencoders.stagecraft.terminal import say

    with alone():
        if with_ or set_param:
            for entry in request(with_ or [], set_param or []):
                say(f"{entry} is in params.yaml now, as it is in the library")
        reproduce(warm)


if __name__ == "__main__":
    run(app)
