"""Files by anyone, looked at before they are read."""

import stat
from pathlib import Path

from mnist_autoencoders.stagecraft.terminal import UserError


def check_file(path: Path, most: int | None = None) -> None:
    """Refuse what is no regular file, or has more than so many bytes, by a `UserError`.

    A pipe would be waited for, a device has no end. Raises `OSError` where there is nothing.
    """
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise UserError(f"{path}: is no file")
    if most is not None and status.st_size > most:
        raise UserError(f"{path}: {status.st_size:,} bytes, at most {most:,} are read")
