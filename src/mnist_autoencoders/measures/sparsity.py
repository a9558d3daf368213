"""How sparse codes are, by measures that do not change when all codes are scaled."""

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.float32]


def sparsity_scores(codes: Codes) -> dict[str, float]:
    """Sparsity of codes, float32 `[n, code size]`: means over the images.

    - `hoyer`: (sqrt(d) - |z|_1 / |z|_2) / (sqrt(d) - 1) of a code z of size d, 0 for equal
      magnitudes and 1 for a single value that is not zero (Hoyer 2004, "Non-negative matrix
      factorization with sparseness constraints", section 3.1). A code of size 1 counts as 0
    - `participation`: (sum z^2)^2 / sum z^4, the number of code values that a code is spread over,
      from 1 for a single value to d for equal magnitudes
    - `zeros`: share of values that are exactly zero

    Where all values of a code are zero, nothing could be sparser: `hoyer` 1, `participation` 0.
    """
    size = codes.shape[1]
    squares = np.square(codes, dtype=np.float64)
    energy = squares.sum(axis=1)
    used = energy > 0
    energy, squares = energy[used], squares[used]
    participation = np.square(energy) / np.square(squares).sum(axis=1)
    hoyer = np.zeros(len(energy))
    if size > 1:
        spread = np.abs(codes[used]).sum(axis=1, dtype=np.float64) / np.sqrt(energy)
        hoyer = (np.sqrt(size) - spread) / (np.sqrt(size) - 1)
    unused = int(np.sum(~used)) if size > 1 else 0
    return {
        "hoyer": float((hoyer.sum() + unused) / len(codes)),
        "participation": float(participation.sum() / len(codes)),
        "zeros": float(np.mean(codes == 0)),
    }
