"""The command line as a whole."""

from mnist_autoencoders.stagecraft.process import run

# in the order of the help
from mnist_autoencoders.use.commands import codes, models, render  # noqa: F401
from mnist_autoencoders.use.commands.app import app


def main() -> None:
    """Run the command line of this process."""
    run(app, "autoencoders", "nothing was written")
