"""Options and arguments that commands share."""

import contextlib
from pathlib import Path
from typing import Annotated, Any

import typer

from mnist_autoencoders.backend.parameters import DeviceName
from mnist_autoencoders.stagecraft.layout import TRAINING
from mnist_autoencoders.use.choices import As, Ground

MODEL_HELP = (
    "A name of params.yaml, NAME@REVISION (a commit or a DVC experiment), the id of a tracked run, "
    "models:/NAME@ALIAS, models:/NAME/VERSION, or a .keras file."
)


def model_names(incomplete: str) -> list[str]:
    """Models for the shell, which waits for them: nothing is read."""
    from mnist_autoencoders.use.repository import repository

    with contextlib.suppress(OSError):
        trained = (repository() or Path()) / TRAINING
        return sorted(path.name for path in trained.iterdir() if path.name.startswith(incomplete))
    return []


def model_option(default: str) -> Any:
    """`--model`, with what stands for none."""
    return typer.Option(
        "--model",
        "-m",
        help=f"{MODEL_HELP} Default: {default}",
        autocompletion=model_names,
        show_default=False,
    )


DENOISER = "the model of params.yaml with the highest mean PSNR over all noises, as evaluated."
CLEAN = "the first model of params.yaml that sees clean images."
VARIATIONAL = "the first variational model of params.yaml."

Inputs = Annotated[
    list[str],
    typer.Argument(
        metavar="PICTURE",
        help="Pictures, folders of them, patterns ('*.png'), .npy or IDX files; - is the standard "
        "input.",
        show_default=False,
    ),
]
Output = Annotated[
    str | None,
    typer.Option("--output", "-o", help="A file, a folder, or - for the standard output."),
]
Sheet = Annotated[
    Path | None, typer.Option(help="Write a contact sheet, a .png; without -o nothing else.")
]
Force = Annotated[bool, typer.Option("--force", help="Overwrite what is there; never an input.")]
Taken = Annotated[
    As,
    typer.Option(
        "--as",
        help="One digit, or a page, which goes through in overlapping windows of 28x28 pixels. "
        "auto: a page is longer than 280 pixels, or more than twice as long as wide.",
    ),
]
OnGround = Annotated[
    Ground, typer.Option(help="Of the pictures, under the strokes; auto: as most of the border.")
]
Scale = Annotated[
    float,
    typer.Option(
        help="Shrink or enlarge a page by this for the model, which knows digits 20 pixels high.",
        min=0.01,
        max=10,
    ),
]
Device = Annotated[
    DeviceName | None,
    typer.Option(help="What to compute on.", show_default="runtime.device of params.yaml"),
]
Seed = Annotated[int, typer.Option(help="Of what is drawn.", min=0, max=2**32 - 1)]
