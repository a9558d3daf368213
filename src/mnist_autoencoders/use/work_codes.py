"""Codes of pictures, and pictures of codes: what the commands of these names do."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mnist_autoencoders.backend.parameters import DeviceName
from mnist_autoencoders.stagecraft.layout import EVALUATION
from mnist_autoencoders.stagecraft.parameters import read
from mnist_autoencoders.stagecraft.terminal import UserError
from mnist_autoencoders.use import codes as codes_files
from mnist_autoencoders.use.finding import default_model
from mnist_autoencoders.use.fitting import Fitting
from mnist_autoencoders.use.model import Found
from mnist_autoencoders.use.repository import within
from mnist_autoencoders.use.session import load, session
from mnist_autoencoders.use.writing import (
    ARRAY,
    STDOUT,
    Outputs,
    array_bytes,
    picture_bytes,
    picture_kind,
    writing,
)

if TYPE_CHECKING:
    from mnist_autoencoders.evaluation.network import Codes, Network
    from mnist_autoencoders.measures.pixels import Pixels

DISTRIBUTIONS = 10
"""Of the mixture, where no params.yaml says `evaluation.mixture`."""


def encode_files(
    pictures: list[str],
    model: str | None,
    output: str,
    how: Fitting,
    device: DeviceName | None,
    force: bool,
) -> None:
    """Write the codes of pictures as one table or array."""
    with session() as work:
        named = work.expand(pictures)
        found = work.find(model or default_model("reconstruct"))
        codes_files.check_ending(output)
        with writing([each.path for each in named], force) as outputs:
            if output != STDOUT:
                outputs.check(output)
            inputs = list(work.read(named, how))
            (network,) = load([found], device)
            likeness = work.likeness(found)

            from mnist_autoencoders.use.rendering import names_of

            images = np.concatenate([each.images for each in inputs])
            names = [name for each in inputs for name in names_of(each)]
            codes, pixels = network.encode_and_reconstruct(images)
            if likeness is not None:
                work.noticed.see(names, likeness.nearer(images, pixels))
            outputs.write(output, codes_files.codes_bytes(codes, names, output))


def decode_file(
    path: Path, model: str | None, output: str, device: DeviceName | None, force: bool
) -> None:
    """Write the pictures of the codes in a file."""
    with session() as work, writing([path], force) as outputs:
        found = work.find(model or default_model("reconstruct"))
        check_made(outputs, output)
        (network,) = load([found], device)
        codes = codes_files.read_codes(path, _code_size(found, network))
        write_made(outputs, output, network.decode(codes), 10)


def generate_digits(
    count: int,
    seed: int,
    model: str | None,
    output: str,
    device: DeviceName | None,
    force: bool,
) -> None:
    """Write pictures of codes drawn at random."""
    with session() as work, writing([], force) as outputs:
        found = work.find(model or default_model("generate"))
        check_made(outputs, output)
        (network,) = load([found], device)
        codes = drawn_codes(found, network, count, seed)
        write_made(outputs, output, network.decode(codes), 10)


def interpolate_files(
    first: str,
    last: str,
    steps: int,
    model: str | None,
    output: str,
    how: Fitting,
    device: DeviceName | None,
    force: bool,
) -> None:
    """Write the pictures along the line between the codes of two."""
    with session() as work:
        named = work.expand([first, last])
        found = work.find(model or default_model("reconstruct"))
        with writing([each.path for each in named], force) as outputs:
            check_made(outputs, output)
            images = np.concatenate([each.images for each in work.read(named, how)])
            if len(images) != 2:
                raise UserError(f"{first}, {last}: {len(images)} pictures; a way needs two")
            (network,) = load([found], device)
            _code_size(found, network)
            ends = network.encode(images)
            write_made(outputs, output, network.decode(line(ends[0], ends[1], steps)), steps)


def line(start: "Codes", end: "Codes", steps: int) -> "Codes":
    """Codes `[steps, code size]`, evenly from one code `[code size]` to another, both included."""
    shares = np.linspace(0, 1, steps, dtype=np.float32)[:, np.newaxis]
    return (1 - shares) * start + shares * end


def drawn_codes(found: Found, network: "Network", count: int, seed: int) -> "Codes":
    """Random codes: from N(0, I) for a variational model, else like those of the test images.

    `UserError` where these are not there.
    """
    from mnist_autoencoders.evaluation.draws import mixture_codes, standard_normal_codes

    size = _code_size(found, network)
    if len(network.model.get_layer("encoder").outputs) == 2:
        return standard_normal_codes(count, size, seed)
    codes: NDArray[np.float32] | None = None
    distributions = DISTRIBUTIONS
    if found.origin is not None:
        codes = found.origin.array(EVALUATION / found.origin.name / "codes.npy")
        with within():
            distributions = read("evaluation.mixture", int, default=DISTRIBUTIONS)
    if codes is None or codes.shape[1] != size:
        raise UserError(
            f"{found.asked}: is not variational, and the codes of its test images, which others "
            "could be drawn like, are not here; `dvc repro evaluate@NAME` makes them"
        )
    return mixture_codes(codes, distributions, count, seed)


def check_made(outputs: Outputs, output: str) -> None:
    """Refuse an output that cannot be written, before any work."""
    if output == STDOUT or Path(output).suffix:
        if output != STDOUT and not output.endswith(ARRAY):
            picture_kind(output)
        outputs.check(output)


def write_made(outputs: Outputs, output: str, pixels: "Pixels", columns: int) -> None:
    """Write pictures, float32 `[n, 28, 28]` in [0, 1], as the ending of the output says."""
    from mnist_autoencoders.measures.pixels import as_bytes
    from mnist_autoencoders.use.sheets import sheet_of

    images = as_bytes(pixels)
    if output.endswith(ARRAY):
        outputs.write(output, array_bytes(pixels))
    elif output != STDOUT and not Path(output).suffix:
        for number, image in enumerate(images):
            target = str(Path(output) / f"{number:05}.png")
            outputs.check(target)
            outputs.write(target, picture_bytes(image, target))
    elif len(images) == 1:
        outputs.write(output, picture_bytes(images[0], output))
    else:
        sheet = sheet_of({"": images}, columns, most=len(images))
        outputs.write(output, picture_bytes(sheet, output))


def _code_size(found: Found, network: "Network") -> int:
    """The values of a code; `UserError` where codes alone cannot be decoded."""
    decoder = network.model.get_layer("decoder")
    if len(decoder.inputs) > 1:
        raise UserError(
            f"{found.asked}: passes its code by (skips), so that a code alone gives no picture"
        )
    return int(np.prod(decoder.input_shape[1:]))
