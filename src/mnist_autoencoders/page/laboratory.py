"""What the page has of the stage `laboratory`: data, a script, and the picture in front."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mnist_autoencoders.records import read_json
from mnist_autoencoders.stagecraft.intact import intact

ABOUT = ("models", "left_out", "front")

BARS = (112, 96)
"""Width and height of the bars of a code, in the units of the picture in front."""


@dataclass(frozen=True)
class Laboratory:
    """`data` is JSON for the script, `left_out` names models that did not fit.

    `front` has the name of a model, PNGs as base64 of an image and what the model makes of it, and
    the code in between; None where no model sees clean images.
    """

    data: str
    script: str
    models: int
    left_out: list[str]
    front: dict[str, Any] | None

    @property
    def bars(self) -> list[tuple[float, float, float, float]]:
        """The code in front as bars: x, y, width and height of each, from a common zero."""
        code = self.front["code"] if self.front else []
        low, high = min([0.0, *code]), max([0.0, *code])
        width, height = BARS[0] / max(len(code), 1), BARS[1] / ((high - low) or 1)
        return [
            (
                round(index * width, 2),
                round((high - max(value, 0)) * height, 2),
                round(0.7 * width, 2),
                round(max(abs(value) * height, 1), 2),
            )
            for index, value in enumerate(code)
        ]


def read_laboratory(folder: Path) -> Laboratory:
    """What `laboratory` wrote; `UserError` where it is damaged."""
    about = read_json(folder / "about.json", *ABOUT)
    with intact(folder / "laboratory.json"):
        data = (folder / "laboratory.json").read_text(encoding="utf-8")
    with intact(folder / "laboratory.js"):
        script = (folder / "laboratory.js").read_text(encoding="utf-8")
    # within a script element nothing may look like its end
    return Laboratory(data.replace("<", "\\u003c"), script, **{key: about[key] for key in ABOUT})
