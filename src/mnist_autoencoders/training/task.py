"""What a training is of: an entry of params.yaml, images, a seed, a device."""

import hashlib
import inspect
import platform
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from mnist_autoencoders.backend.start import Device
from mnist_autoencoders.binarise import binarise
from mnist_autoencoders.dataset.store import Split, open_images, read_card
from mnist_autoencoders.models.model import ModelParameters
from mnist_autoencoders.noise.noise import CARD as NOISE_CARD
from mnist_autoencoders.noise.noise import noise_of
from mnist_autoencoders.records import read_json
from mnist_autoencoders.stagecraft.terminal import UserError
from mnist_autoencoders.training.fresh_noise import fresh_noise
from mnist_autoencoders.training.loop import Pairs


@dataclass(frozen=True)
class Task:
    """One training: an entry of params.yaml, the folders of its images, and where it runs.

    A replica is the training of an entry with another seed than the common one.
    """

    name: str
    parameters: ModelParameters
    seed: int
    clean: Path
    inputs: Path
    device: Device
    replica: bool = False

    def describe(self) -> dict[str, Any]:
        """What runs, in terms that are the same whenever it runs again.

        The digest is that of the code of the kind of network, so that a replica of this training,
        which depends on its record, depends on that code too.
        """
        code = Path(inspect.getfile(type(self.parameters))).read_bytes()
        return {
            "model": self.name,
            "parameters": self.parameters.model_dump(exclude={"seed"}),
            "code_sha256": hashlib.sha256(code).hexdigest(),
            "architecture": self.parameters.architecture,
            "loss_unit": self.parameters.loss_unit,
            "noise": self.noise,
            "seed": self.seed,
            "replica": self.replica,
            "data": asdict(read_card(self.clean)),
            "device": asdict(self.device),
            "versions": {
                "python": platform.python_version(),
                "keras": keras.__version__,
                "tensorflow": tf.__version__,
                "numpy": np.__version__,
            },
        }

    @property
    def noise(self) -> dict[str, Any] | None:
        """The card of the noise in the inputs; None where they are clean."""
        if self.inputs == self.clean:
            return None
        return read_json(self.inputs / NOISE_CARD, "kind", "strength")

    def pairs(self, split: Split) -> Pairs:
        """Inputs and clean targets of one split, memory-mapped."""
        targets = open_images(self.clean, split)
        same = self.inputs == self.clean
        return Pairs(targets if same else open_images(self.inputs, split), targets)

    def validation_pairs(self) -> Pairs:
        """The last training images where a share is held out, else the test images."""
        if self.parameters.validation_share:
            pairs = self.pairs("train").part(self._trained().stop, None)
        else:
            pairs = self.pairs("test")
        if self.parameters.binarised:
            # the same for all seeds of weights
            black_and_white = binarise(pairs.targets, 0, 0)
            return Pairs(black_and_white, black_and_white)
        return pairs

    def training_pairs(self) -> Callable[[int], Pairs]:
        """The pairs to train on in an epoch (1, 2, ...)."""
        trained, card = self._trained(), self.noise
        fixed = self.pairs("train").part(trained.start, trained.stop)
        targets = fixed.targets
        if self.parameters.binarised:

            @lru_cache(maxsize=1)
            def drawn(epoch: int) -> Pairs:
                black_and_white = binarise(targets, self.seed, epoch)
                return Pairs(black_and_white, black_and_white)

            return drawn
        if not self.parameters.fresh_noise or card is None:
            return lambda _: fixed

        noise = noise_of(card["kind"], card["strength"])

        @lru_cache(maxsize=1)
        def fresh(epoch: int) -> Pairs:
            return Pairs(fresh_noise(targets, noise, self.seed, epoch), targets)

        return fresh

    def check(self) -> None:
        """Refuse a share of held-out images that leaves none on either side."""
        share = self.parameters.validation_share
        trained, count = self._trained(), len(open_images(self.clean, "train"))
        if share and not 0 < trained.stop < count:
            raise UserError(
                f"models.{self.name}.validation_share: {share} of {count} training images leaves "
                f"{trained.stop} to train on and {count - trained.stop} held out; "
                "at least one of each is needed"
            )

    def _trained(self) -> slice:
        """Which training images are trained on."""
        count = len(open_images(self.clean, "train"))
        stop = count - round(count * self.parameters.validation_share)
        return slice(max(0, stop - (self.parameters.images or stop)), stop)
