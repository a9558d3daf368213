"""A command at work: models found and loaded, inputs read, a folder for what is fetched."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from mnist_autoencoders.backend.parameters import DeviceName
from mnist_autoencoders.stagecraft.terminal import UserError
from mnist_autoencoders.use.finding import find
from mnist_autoencoders.use.fitting import Fitting
from mnist_autoencoders.use.likeness import Likeness, likeness_of
from mnist_autoencoders.use.messages import Noticed, progress
from mnist_autoencoders.use.model import Found
from mnist_autoencoders.use.reading import Input, Named, expand, read_input
from mnist_autoencoders.use.repository import runtime

if TYPE_CHECKING:
    from mnist_autoencoders.evaluation.network import Network


@dataclass
class Session:
    """What a command has while it works."""

    scratch: Path
    noticed: Noticed = field(default_factory=Noticed)

    def find(self, asked: str) -> Found:
        """The model that is asked for."""
        folder = self.scratch / f"model-{len(list(self.scratch.iterdir()))}"
        folder.mkdir()
        return find(asked, folder)

    def expand(self, names: list[str]) -> list[Named]:
        """The inputs that are named."""
        return expand(names, self.scratch)

    def read(self, named: list[Named], how: Fitting) -> Iterator[Input]:
        """The inputs one after another, with what there is to say of each."""
        with progress("pictures", len(named)) as advance:
            for each in named:
                one = read_input(each, how)
                self.noticed.count += len(one.images)
                if one.light:
                    self.noticed.light.append(each.title)
                if one.page and how.as_ == "auto":
                    self.noticed.pages.append(each.title)
                yield one
                advance(1)

    def likeness(self, model: Found) -> Likeness | None:
        """How far the training images are, and a note where that is unknown."""
        likeness = likeness_of(model)
        self.noticed.known &= likeness is not None
        return likeness


@contextmanager
def session() -> Iterator[Session]:
    """A session, which says what there is to say when its work is done."""
    with TemporaryDirectory(prefix="autoencoders-") as scratch:
        current = Session(Path(scratch))
        yield current
        current.noticed.say()


def load(models: list[Found], device: DeviceName | None, codes: bool = True) -> "list[Network]":
    """The networks of models, with TensorFlow started; `UserError` for what is no autoencoder.

    With `codes`, they have to have an encoder and a decoder by these names.
    """
    from mnist_autoencoders.backend.start import start_tensorflow

    start_tensorflow(runtime(device), seed=0)

    from mnist_autoencoders.evaluation.network import Network
    from mnist_autoencoders.networks.apply import load_model

    networks = []
    for model in models:
        network = Network(load_model(model.file, compiled=False))
        shapes = (network.model.input_shape, network.model.output_shape)
        if shapes != ((None, 28, 28, 1), (None, 28, 28, 1)):
            raise UserError(f"{model.where}: takes {shapes[0]} and gives {shapes[1]}, not images")
        parts = {layer.name for layer in network.model.layers}
        if codes and not {"encoder", "decoder"} <= parts:
            raise UserError(f"{model.where}: has no layers `encoder` and `decoder`, so no codes")
        networks.append(network)
    return networks
