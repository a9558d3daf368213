"""The command line that the commands are added to."""

import typer

app = typer.Typer(
    name="autoencoders",
    help="Use a trained model on your own pictures: digits, white on black or black on white.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
