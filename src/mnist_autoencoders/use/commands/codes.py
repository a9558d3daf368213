"""`encode`, `decode`, `generate` and `interpolate`."""

from pathlib import Path
from typing import Annotated

import typer

from mnist_autoencoders.use import options
from mnist_autoencoders.use.commands.app import app
from mnist_autoencoders.use.options import Device, Force, Inputs, OnGround, Seed

Clean = options.model_option(options.CLEAN)
Variational = options.model_option(options.VARIATIONAL)

Pictures = Annotated[
    str,
    typer.Option(
        "--output",
        "-o",
        help="A .png with all of them, a folder with a .png each, a .npy (float32 [n, 28, 28]), or "
        "- for a PNG on the standard output.",
    ),
]


@app.command()
def encode(
    pictures: Inputs,
    output: Annotated[
        str,
        typer.Option(
            "--output", "-o", help="A .csv, .npy or .parquet; - is CSV on the standard output."
        ),
    ] = "-",
    model: Annotated[str | None, Clean] = None,
    ground: OnGround = "auto",
    device: Device = None,
    force: Force = False,
) -> None:
    """The codes of pictures.

    Each is taken as one digit. Of a variational model the codes are the means.
    """
    from mnist_autoencoders.use.fitting import Fitting
    from mnist_autoencoders.use.work_codes import encode_files

    encode_files(pictures, model, output, Fitting("digit", ground), device, force)


@app.command()
def decode(
    codes: Annotated[
        Path, typer.Argument(help="A .csv, .npy or .parquet as `encode` writes them, or alike.")
    ],
    output: Pictures,
    model: Annotated[str | None, Clean] = None,
    device: Device = None,
    force: Force = False,
) -> None:
    """The pictures that codes stand for."""
    from mnist_autoencoders.use.work_codes import decode_file

    decode_file(codes, model, output, device, force)


@app.command()
def generate(
    output: Pictures,
    count: Annotated[int, typer.Option("--count", "-n", help="Pictures.", min=1, max=100_000)] = 40,
    seed: Seed = 0,
    model: Annotated[str | None, Variational] = None,
    device: Device = None,
    force: Force = False,
) -> None:
    """New digits from random codes.

    Codes are drawn from N(0, I) for a variational model; for others from a mixture of normal
    distributions that is fitted to the codes of the test images.
    """
    from mnist_autoencoders.use.work_codes import generate_digits

    generate_digits(count, seed, model, output, device, force)


@app.command()
def interpolate(
    first: Annotated[str, typer.Argument(metavar="PICTURE", help="Where the way begins.")],
    last: Annotated[str, typer.Argument(metavar="PICTURE", help="Where it ends.")],
    output: Pictures,
    steps: Annotated[int, typer.Option(help="Pictures, both ends included.", min=2, max=1000)] = 10,
    model: Annotated[str | None, Clean] = None,
    ground: OnGround = "auto",
    device: Device = None,
    force: Force = False,
) -> None:
    """The way from one digit to another.

    It goes along the line between their codes.
    """
    from mnist_autoencoders.use.fitting import Fitting
    from mnist_autoencoders.use.work_codes import interpolate_files

    how = Fitting("digit", ground)
    interpolate_files(first, last, steps, model, output, how, device, force)
