"""What is said beside the output, on the standard error: a line each."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mnist_autoencoders.stagecraft.terminal import BAR, for_people, progress_bar, stderr
from mnist_autoencoders.use.likeness import FAR, sentence

NAMED = 3
"""Pictures that a message names."""


def note(message: str) -> None:
    """One plain line."""
    stderr.print(for_people(message), markup=False, soft_wrap=True)


@contextmanager
def progress(description: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar for what takes long; yields what is told of each step."""
    with progress_bar(description, total=total) as bar:
        yield lambda count: bar.advance(BAR, count)


@dataclass
class Noticed:
    """What the reader of the outputs has to know of the inputs, said once for all."""

    known: bool = True
    count: int = 0
    light: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    far: dict[str, float] = field(default_factory=dict)

    def see(self, names: list[str], shares: NDArray[np.float64]) -> None:
        """How far pictures are from the training images, see `Likeness.nearer`."""
        for name, share in zip(names, shares):
            if share >= FAR:
                self.far[name] = float(share)

    def say(self) -> None:
        """A line for each."""
        if self.pages:
            note(f"{_some(self.pages)}: taken as a page, not as one digit; --as digit changes that")
        if self.light:
            note(f"{_some(self.light)}: dark on light; turned round for the model, and back")
        told = len(self.far) > (1 - FAR) * self.count  # as many of the test images would be
        if told and len(self.far) == 1:
            ((name, share),) = self.far.items()
            note(f"warning: {name}: {sentence(share)}; what the model makes of it says little")
        elif told:
            least = sentence(min(self.far.values()))
            note(
                f"warning: {len(self.far):,} of {self.count:,} pictures are {least}; what the "
                f"model makes of them says little: {_some(list(self.far))}"
            )
        if not self.known:
            note(
                "how far these are from the training images is unknown: the evaluation of the "
                "model is not here; `dvc repro evaluate@NAME` makes that of a model of params.yaml"
            )


def _some(names: list[str]) -> str:
    more = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
