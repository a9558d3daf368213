"""The best of many curves of bytes against distortion, and where two such lines meet.

Tables have the columns bytes and psnr, of an image and in dB.
"""

import numpy as np
import pandas as pd


def envelope(models: pd.DataFrame) -> pd.DataFrame:
    """The rows with a better PSNR than all rows of fewer bytes, by rising bytes."""
    ordered = models.sort_values(["bytes", "psnr"], ascending=[True, False])
    before = ordered["psnr"].cummax().shift(fill_value=float("-inf"))
    return ordered[ordered["psnr"] > before]


def crossings(one: pd.DataFrame, other: pd.DataFrame) -> list[tuple[float, float]]:
    """Bytes and PSNR where two lines meet, drawn straight over the logarithm of the bytes.

    Both have rising `bytes` and `psnr`. There is none beyond the PSNR that both reach.
    """
    lines = [table.sort_values("psnr") for table in (one, other)]
    knots = np.unique(np.concatenate([line["psnr"] for line in lines]))
    low, high = (
        limit(pick(line["psnr"]) for line in lines) for limit, pick in ((max, min), (min, max))
    )
    knots = knots[(knots >= low) & (knots <= high)]
    ours, theirs = (np.interp(knots, line["psnr"], np.log(line["bytes"])) for line in lines)
    ahead = ours - theirs
    found = []
    for at in np.flatnonzero(ahead[:-1] * ahead[1:] < 0):
        share = ahead[at] / (ahead[at] - ahead[at + 1])
        size = np.exp(ours[at] + share * (ours[at + 1] - ours[at]))
        found.append((float(size), float(knots[at] + share * (knots[at + 1] - knots[at]))))
    return found
