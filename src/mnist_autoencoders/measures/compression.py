"""An autoencoder as a lossy codec: bytes of its quantised codes against distortion."""

import math
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import xlogy

from mnist_autoencoders.dataset.store import Images
from mnist_autoencoders.measures.pixels import Pixels, mse_and_psnr, spread, squared_errors

Codes = NDArray[np.float32]


def rate_distortion(
    decode: Callable[[Codes], Pixels],
    train_codes: Codes,
    test_codes: Codes,
    originals: Images,
    bits: Sequence[int],
    sample: int,
) -> pd.DataFrame:
    """Columns bits, bytes, mse, psnr: a row per number of bits of a code value.

    Codes are float32 `[n, code size]`; `originals` are the test images, uint8 `[m, 28, 28]`, and
    `decode` returns theirs. Measured on `sample` of them, evenly spread.

    `bytes` is the mean of an image under an ideal entropy coder whose static tables, one for each
    code value, were counted on the training codes. What sender and receiver share is not in it:
    the tables and the weights of the decoder. So it is a bound for many images, not a file size.
    """
    part = spread(len(test_codes), sample)
    codes, wanted = test_codes[part], originals[part]
    rows = []
    for count in bits:
        quantiser = Quantiser.of(train_codes, 2**count)
        symbols = quantiser.symbols(codes)
        rate = code_length(quantiser.symbols(train_codes), symbols, 2**count) / 8
        errors = squared_errors(wanted, decode(quantiser.values(symbols)))
        rows.append({"bits": count, "bytes": rate} | mse_and_psnr(errors))
    return pd.DataFrame(rows)


class Quantiser:
    """Equal steps between the extremes of each code value, which are levels themselves.

    So a code value that is often exactly 0, its minimum after ReLU, stays 0.
    """

    def __init__(self, lowest: Codes, step: Codes, levels: int) -> None:
        self.lowest = lowest
        self.step = step
        self.levels = levels

    @classmethod
    def of(cls, codes: Codes, levels: int) -> "Quantiser":
        """The quantiser for the range of `codes`, float32 `[n, d]`."""
        lowest, highest = codes.min(axis=0), codes.max(axis=0)
        return cls(lowest, (highest - lowest) / np.float32(levels - 1), levels)

    def symbols(self, codes: Codes) -> NDArray[np.uint16]:
        """The nearest level of each value, 0 to levels - 1; values outside the range are cut."""
        # a value that never varied has one level
        position = (codes - self.lowest) / np.where(self.step > 0, self.step, np.inf)
        return np.rint(position).clip(0, self.levels - 1).astype(np.uint16)

    def values(self, symbols: NDArray[np.uint16]) -> Codes:
        """The code values at such levels."""
        return symbols * self.step + self.lowest


def code_length(train: NDArray[np.uint16], test: NDArray[np.uint16], levels: int) -> float:
    """Bits of a row of `test`, in the mean, under the frequencies of each column in `train`.

    Symbols are `[n, d]`, 0 to levels - 1. One count per column is spread over all levels, so that
    a symbol which `train` lacks has a finite length. This is the cross-entropy of the two, summed
    over the columns (Cover and Thomas 2006, "Elements of Information Theory", theorem 5.4.3).
    """
    columns = np.arange(train.shape[1]) * levels
    tables = np.bincount((train + columns).ravel(), minlength=train.shape[1] * levels)
    probabilities = (tables + 1 / levels) / (len(train) + 1)
    # NumPy's logarithms differ between processors with and without AVX-512, SciPy's do not
    lengths = xlogy(-1 / math.log(2), probabilities)
    return float(lengths[test + columns].sum() / len(test))
