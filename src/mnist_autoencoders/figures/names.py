"""Names of classes, which may be any text, as a figure can show them."""

import textwrap
from collections.abc import Iterable

from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.legend import Legend

LONGEST = 24
"""Letters of a name that are shown."""


def one_line(name: str) -> str:
    """The name without line breaks, cut where it is long."""
    words = " ".join(name.split()) or repr(name)
    return words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"


def write_names(legend: Legend, names: Iterable[str]) -> None:
    """Put names into a legend as they are: `$` begins no formula, and `_` hides nothing."""
    for text, name in zip(legend.get_texts(), names):
        text.set_parse_math(False)
        text.set_text(name)


def missing_letters(names: Iterable[str]) -> str:
    """The letters that the font of the figures lacks, each once; they are drawn as boxes."""
    known = get_font(findfont(FontProperties())).get_charmap()
    letters = dict.fromkeys("".join(map(one_line, names)))
    return "".join(letter for letter in letters if ord(letter) not in known)


def warning_of(missing: str) -> str:
    """What to say of such letters, in one line."""
    return textwrap.shorten(
        "the font of the figures lacks letters of the classes' names, which are drawn as boxes: "
        f"{' '.join(missing)}",
        150,
        placeholder=" …",
    )
