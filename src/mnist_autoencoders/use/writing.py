"""Outputs: where they go, and that all of them are whole or none is there."""

import io
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mnist_autoencoders.dataset.store import Images
from mnist_autoencoders.stagecraft.outputs import UNFINISHED, clear_unfinished
from mnist_autoencoders.stagecraft.terminal import UserError
from mnist_autoencoders.use.reading import Named

STDOUT = "-"
PICTURES = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP", ".bmp": "BMP"}
"""What a picture is written as, by its ending."""

ARRAY = ".npy"


class Outputs:
    """Files under temporary names, moved into place together by `written`."""

    def __init__(self, inputs: Iterable[Path], force: bool) -> None:
        self._inputs = {path.resolve() for path in inputs}
        self._force = force
        self._checked: set[Path] = set()
        self._staged: dict[Path, Path] = {}
        self._folders: set[Path] = set()
        self._stdout: bytes | None = None

    def check(self, target: str) -> None:
        """Refuse, by `UserError`, what cannot be an output, or is there and may not be overwritten.

        An input cannot, and neither can what another output goes to.
        """
        if target == STDOUT:
            if sys.stdout.isatty():
                raise UserError("-o -: a picture or an array is no text; send it to a file: > FILE")
            return
        path = Path(target)
        resolved = path.resolve()
        if resolved in self._checked:
            raise UserError(f"{path}: two outputs would go to it; name another for one of them")
        self._checked.add(resolved)
        if resolved in self._inputs:
            raise UserError(f"{path}: is an input, which is never overwritten; name another -o")
        if path.is_dir():
            raise UserError(f"{path}: is a folder, where a file was to be written")
        if path.exists() and not self._force:
            raise UserError(f"{path}: is there already; --force overwrites it")

    def write(self, target: str, content: bytes) -> None:
        """The content of a file, which appears when all is done."""
        if target == STDOUT:
            self._stdout = content
            return
        path = Path(target)
        try:
            if path.parent not in self._folders:
                path.parent.mkdir(parents=True, exist_ok=True)
                clear_unfinished(path.parent)
                self._folders.add(path.parent)
            temporary = path.with_name(f"{UNFINISHED}{os.getpid()}-{len(self._staged)}")
            self._staged[path] = temporary
            temporary.write_bytes(content)
        except (FileExistsError, NotADirectoryError) as error:
            raise UserError(f"{path}: cannot be written: {path.parent} is no folder") from error
        except OSError as error:
            raise UserError(f"{path}: cannot be written: {error.strerror}") from error

    def finish(self) -> None:
        """Move all into place."""
        for path, temporary in self._staged.items():
            temporary.replace(path)
        self._staged.clear()
        if self._stdout is not None:
            sys.stdout.buffer.write(self._stdout)
            sys.stdout.flush()

    def discard(self) -> None:
        """Remove what was not moved into place."""
        for temporary in self._staged.values():
            temporary.unlink(missing_ok=True)


@contextmanager
def writing(inputs: Iterable[Path], force: bool) -> Iterator[Outputs]:
    """Outputs that are there after the block, or, where it fails, are not."""
    outputs = Outputs(inputs, force)
    with ExitStack() as stack:
        stack.callback(outputs.discard)
        yield outputs
        outputs.finish()


def targets(
    inputs: list[Named], arrays: list[bool], output: str | None, word: str
) -> dict[Named, str]:
    """Where what is made of each input goes; `arrays` says which inputs are arrays.

    Without `output`, beside the input, with `_word` in its name. A folder (one that is there, or
    a name without an ending) has files named as the inputs. A file has the one input there is.
    """
    found = {}
    for each, array in zip(inputs, arrays):
        ending = ARRAY if array else ".png"
        if output is None and not each.is_stdin:
            # of `images.idx.gz` and `images.npy`, `images`
            name = each.path.name.partition(".")[0] if array else each.path.stem
            found[each] = str(each.path.with_name(f"{name}_{word}{ending}"))
        elif output in (None, STDOUT):
            found[each] = STDOUT
        elif Path(str(output)).is_dir() or not Path(str(output)).suffix:
            found[each] = str(Path(str(output)) / each.relative.with_suffix(ending))
        else:
            found[each] = str(output)
    seen: dict[str, Named] = {}
    for named, target in found.items():
        if target in seen:
            what = "the standard output" if target == STDOUT else target
            advice = "name a folder (-o FOLDER), or a contact sheet (--sheet FILE)"
            if target != output and target != STDOUT:
                advice = "take them in two commands, each with a folder of its own (-o FOLDER)"
            raise UserError(
                f"{seen[target].title} and {named.title} would both become {what}; {advice}"
            )
        seen[target] = named
    return found


def picture_kind(target: str) -> str:
    """The format that a picture is written in; `UserError` where the ending is of none."""
    kind = PICTURES.get(Path(target).suffix.lower()) if target != STDOUT else "PNG"
    if kind is None:
        raise UserError(f"{target}: a picture ends in {', '.join(PICTURES)}")
    return kind


def picture_bytes(image: Images, target: str) -> bytes:
    """A picture, uint8 `[h, w]`, as the ending of the target says; PNG for the standard output."""
    content = io.BytesIO()
    Image.fromarray(image).save(content, picture_kind(target))
    return content.getvalue()


def array_bytes(array: NDArray) -> bytes:
    """An array as a `.npy` file."""
    content: IO[bytes] = io.BytesIO()
    np.save(content, array, allow_pickle=False)
    content.seek(0)
    return content.read()
