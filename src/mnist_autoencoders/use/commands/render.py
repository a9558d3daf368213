"""`denoise` and `reconstruct`."""

from typing import Annotated

from mnist_autoencoders.use import options
from mnist_autoencoders.use.commands.app import app
from mnist_autoencoders.use.options import (
    Device,
    Force,
    Inputs,
    OnGround,
    Output,
    Scale,
    Sheet,
    Taken,
)

Denoiser = options.model_option(options.DENOISER)
Clean = options.model_option(options.CLEAN)


@app.command()
def denoise(
    pictures: Inputs,
    output: Output = None,
    model: Annotated[str | None, Denoiser] = None,
    sheet: Sheet = None,
    as_: Taken = "auto",
    ground: OnGround = "auto",
    scale: Scale = 1.0,
    device: Device = None,
    force: Force = False,
) -> None:
    """Take the noise away: `denoise scan.png -o clean.png`.

    A picture comes back grey, at its size and on its ground; of an array, an array. Without -o
    it lies beside the input, with _denoised in its name.
    """
    from mnist_autoencoders.use.fitting import Fitting
    from mnist_autoencoders.use.render_files import render_files

    how = Fitting(as_, ground, scale)
    render_files("denoise", "denoised", pictures, model, output, sheet, how, device, force)


@app.command()
def reconstruct(
    pictures: Inputs,
    output: Output = None,
    model: Annotated[str | None, Clean] = None,
    sheet: Sheet = None,
    as_: Taken = "auto",
    ground: OnGround = "auto",
    scale: Scale = 1.0,
    device: Device = None,
    force: Force = False,
) -> None:
    """Encode pictures and decode them.

    Pictures come back as those of `denoise` do. Without -o, _reconstructed is in the name.
    """
    from mnist_autoencoders.use.fitting import Fitting
    from mnist_autoencoders.use.render_files import render_files

    how = Fitting(as_, ground, scale)
    render_files("reconstruct", "reconstructed", pictures, model, output, sheet, how, device, force)
