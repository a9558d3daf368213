"""The command line as a whole."""

import mnist_autoencoders.export.command
from mnist_autoencoders.stagecraft.process import run
from mnist_autoencoders.use.commands.app import app

# they add themselves, in the order of the help
# isort: off
from mnist_autoencoders.use.commands import render, codes, models  # noqa: F401

app.add_typer(mnist_autoencoders.export.command.app)


def main() -> None:
    """Run the command line of this process."""
    run(app, "autoencoders", "nothing was written")
