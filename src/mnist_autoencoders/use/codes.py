"""Codes as files: `.npy`, CSV, Parquet."""

import io
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mnist_autoencoders.stagecraft.files import check_file
from mnist_autoencoders.stagecraft.terminal import UserError, shown
from mnist_autoencoders.use.reading import MOST_ARRAY_BYTES, read_array
from mnist_autoencoders.use.writing import STDOUT, array_bytes

if TYPE_CHECKING:
    from pandas import DataFrame

PICTURE = "picture"
"""Name of the column that says what a code is of."""

ENDINGS = (".csv", ".npy", ".parquet")

Codes = NDArray[np.float32]


def codes_bytes(codes: Codes, names: list[str], target: str) -> bytes:
    """Codes `[n, code size]` in the format of the target's ending, CSV for the standard output.

    Tables have a column `picture`, then one a code value: `code_0`, `code_1`, ...
    """
    ending = ".csv" if target == STDOUT else Path(target).suffix.lower()
    check_ending(target)
    if ending == ".npy":
        return array_bytes(codes)
    import pandas as pd

    table = pd.DataFrame(codes, columns=[f"code_{number}" for number in range(codes.shape[1])])
    table.insert(0, PICTURE, names)
    if ending == ".csv":
        # nine digits tell all float32 apart
        return table.to_csv(index=False, float_format="%.9g").encode()
    content = io.BytesIO()
    table.to_parquet(content, index=False)
    return content.getvalue()


def check_ending(target: str) -> None:
    """Refuse what codes are not written as, by a `UserError`."""
    if target != STDOUT and Path(target).suffix.lower() not in ENDINGS:
        raise UserError(f"{target}: codes end in {', '.join(ENDINGS)}")


def read_codes(path: Path, size: int) -> Codes:
    """The codes of a file that `codes_bytes` wrote, or of numbers alone: float32 `[n, size]`."""
    array = read_array(path) if path.suffix.lower() == ".npy" else _read_table(path)
    codes = array.astype(np.float32)
    codes = codes.reshape(1, -1) if codes.ndim == 1 else codes.reshape(len(codes), -1)
    if codes.shape[1] != size or not len(codes):
        raise UserError(
            f"{path}: {len(codes)} codes of {codes.shape[1]} values; the model's have {size}"
        )
    if not np.isfinite(codes).all():
        raise UserError(f"{path}: a code value is no number")
    return codes


def _read_table(path: Path) -> NDArray[np.float32]:
    import pandas as pd

    try:
        check_file(path, MOST_ARRAY_BYTES)
        table: DataFrame
        table = pd.read_parquet(path) if path.suffix.lower() == ".parquet" else pd.read_csv(path)
        values: NDArray[np.float32]
        values = table.drop(columns=PICTURE, errors="ignore").to_numpy(np.float32)
    except UserError:
        raise
    except FileNotFoundError as error:
        raise UserError(f"{path}: there is no such file") from error
    except Exception as error:
        raise UserError(f"{path}: not a readable table of codes: {shown(error, 300)}") from error
    return values
