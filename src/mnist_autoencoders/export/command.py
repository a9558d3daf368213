"""The command `export`, to be attached to another: `app.add_typer(command.app)`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from mnist_autoencoders.use.options import MODEL_HELP, Force, model_names

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
        typer.Argument(
            metavar="MODEL", help=MODEL_HELP, autocompletion=model_names, show_default=False
        ),
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
    force: Force = False,
) -> None:
    """Models in the formats of other runtimes.

    Each is compared with Keras on test images before it is written. A table shows sizes and speeds.
    """
    from mnist_autoencoders.backend.parameters import RuntimeParameters
    from mnist_autoencoders.backend.start import start_tensorflow
    from mnist_autoencoders.export.choose import check_new, chosen_models, compared_images
    from mnist_autoencoders.stagecraft.terminal import say
    from mnist_autoencoders.use.session import session

    with session() as work:
        files = chosen_models(work, models or [], everything)
        start_tensorflow(RuntimeParameters(device="cpu", deterministic=False), 0)

        from mnist_autoencoders.export.export import export_models
        from mnist_autoencoders.export.formats import FORMATS
        from mnist_autoencoders.export.table import show

        wanted = [FORMATS[name] for name in dict.fromkeys(formats or FormatName)]
        if not force:
            check_new([each.path(output, name) for name in files for each in wanted])
        show(export_models(files, wanted, output, compared_images()))
    say(f"written to {output}")
