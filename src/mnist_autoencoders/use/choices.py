"""What options may be, apart from what they mean: the help waits for no library."""

from typing import Literal

Ground = Literal["auto", "dark", "light"]
"""What is under the strokes of a picture."""

As = Literal["auto", "digit", "page"]
"""What a picture is taken for."""
