"""The command `export`, to be attached to another: `app.add_typer(command.app)`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()


class FormatName(StrEnum):
    """What `--format` takes."""

    onnx = "onnx"
    litert = "litert"
    savedmodel = "savedmodel"


@app.command()
def export(
    models: Annotated[
        list[str] | None,
        typer.Argument(help="Models that are trained here, by name, or `.keras` files."),
    ] = None,
    formats: Annotated[
        list[FormatName] | None,
        typer.Option("--format", "-f", help="A format; may be given again. None: all three."),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="All models that are trained here.")
    ] = False,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The folder to write to.")
    ] = Path(),
) -> None:
    """Export models, compare each with Keras on test images, and show sizes and speeds."""
    from mnist_autoencoders.backend.parameters import RuntimeParameters
    from mnist_autoencoders.backend.start import start_tensorflow
    from mnist_autoencoders.export.choose import chosen_models, compared_images
    from mnist_autoencoders.stagecraft.terminal import say

    files = chosen_models(models or [], everything)
    start_tensorflow(RuntimeParameters(device="cpu", deterministic=False), 0)

    from mnist_autoencoders.export.export import export_models
    from mnist_autoencoders.export.formats import FORMATS
    from mnist_autoencoders.export.table import show

    wanted = [FORMATS[name] for name in dict.fromkeys(formats or FormatName)]
    show(export_models(files, wanted, output, compared_images()))
    say(f"written to {output}")
