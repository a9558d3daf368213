"""`studies:` of params.yaml: what is swept over which models, and the question it answers."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from mnist_autoencoders.stagecraft.schema import Name, Once, Section, Seed, refuse

COMMANDS = ("log", "script", "worker")
"""What follows `python -m stages.study` and is no study."""

MOST_LINES = 20


def _check_override(line: str) -> str:
    if not re.fullmatch(r"\+{0,2}[a-z0-9_]+(\.[a-z0-9_]+)*=[^\x00-\x1f]+", line):
        refuse([((), "a setting is written as after `-S`, as models.simple.code_size=2,4,8")])
    return line


Override = Annotated[str, Field(max_length=2000), AfterValidator(_check_override)]
"""A key and its values in the notation of `dvc exp run -S`."""

Column = Annotated[str, Field(pattern=r"^[a-z0-9_]+(\.[a-z0-9_]+)*$", max_length=200)]
"""A column of the study's table, see `studies.table`."""


class StudyFigure(Section):
    """How the table of a study is drawn: panels of lines over x, one for each model."""

    x: Column
    """Such as `set.code_size`, a key that is varied, or a figure that is measured."""

    y: Annotated[
        list[Annotated[list[Column], Field(min_length=1, max_length=8), Once]],
        Field(min_length=1, max_length=6),
    ]
    """A panel for each list, a line for each column of it."""

    logarithmic: bool = False
    """Of x. Zero is shown too."""


class Study(Section):
    """A grid of settings for each of some models, each point with every seed."""

    question: Annotated[str, Field(min_length=1, max_length=300)]

    vary: Annotated[
        dict[Name, Annotated[list[Override], Field(max_length=MOST_LINES)]], Field(min_length=1)
    ]
    """By model; no lines at all for the entry as it is."""

    seeds: Annotated[list[Seed], Field(min_length=1, max_length=1000), Once]
    """Of weights and order alone, as `models.<name>.seed`."""

    figure: StudyFigure
