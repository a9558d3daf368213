"""`compare` and `info`."""

from pathlib import Path
from typing import Annotated

import typer

from mnist_autoencoders.use import options
from mnist_autoencoders.use.commands.app import app
from mnist_autoencoders.use.options import Device, Force, Inputs, OnGround

Every = options.model_option("all models of params.yaml that are trained; may be given again.")
Denoiser = options.model_option(options.DENOISER)


@app.command()
def compare(
    pictures: Inputs,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The contact sheet, a .png.")
    ] = Path("compared.png"),
    model: Annotated[list[str] | None, Every] = None,
    clean: Annotated[
        str | None,
        typer.Option(
            help="The same pictures without noise, in the same order: errors are against them, not "
            "against the pictures.",
        ),
    ] = None,
    table: Annotated[
        Path | None, typer.Option(help="Write the table too, as CSV.", dir_okay=False)
    ] = None,
    ground: OnGround = "auto",
    device: Device = None,
    force: Force = False,
) -> None:
    """Several models on the same pictures.

    Each picture is taken as one digit. A contact sheet shows them all; the table says of each
    model the size of its code, the mean squared error and the PSNR in dB of what it makes of the
    pictures, and how many of these are far from its training images.
    """
    from mnist_autoencoders.use.comparing import compare_models
    from mnist_autoencoders.use.fitting import Fitting

    how = Fitting("digit", ground)
    compare_models(pictures, model or [], clean, output, table, how, device, force)


@app.command()
def info(model: Annotated[str | None, Denoiser] = None) -> None:
    """What a model is, and how it scored.

    With what it was trained on, where it was found, and the digest of its file.
    """
    from mnist_autoencoders.use.describing import describe
    from mnist_autoencoders.use.finding import default_model
    from mnist_autoencoders.use.session import session

    with session() as work:
        for line in describe(work.find(model or default_model("denoise"))):
            typer.echo(line)
