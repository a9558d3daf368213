"""Files in, files out: what `denoise` and `reconstruct` do."""

import itertools
from pathlib import Path

from mnist_autoencoders.backend.parameters import DeviceName
from mnist_autoencoders.stagecraft.terminal import UserError
from mnist_autoencoders.use.finding import default_model
from mnist_autoencoders.use.fitting import Fitting
from mnist_autoencoders.use.messages import note
from mnist_autoencoders.use.reading import Named, is_array
from mnist_autoencoders.use.session import load, session
from mnist_autoencoders.use.writing import (
    ARRAY,
    PICTURES,
    STDOUT,
    picture_bytes,
    picture_kind,
    targets,
    writing,
)


def render_files(
    purpose: str,
    word: str,
    pictures: list[str],
    model: str | None,
    output: str | None,
    sheet: Path | None,
    how: Fitting,
    device: DeviceName | None,
    force: bool,
) -> None:
    """Write what a model makes of pictures; `UserError`, and nothing written, if one is none.

    `purpose` is that of the default model, `word` what names of files get.
    """
    with session() as work:
        named = work.expand(pictures)
        found = work.find(model or default_model(purpose))
        places: dict[Named, str] = {}
        if sheet is None or output is not None:
            places = targets(named, [is_array(each) for each in named], output, word)
        with writing([each.path for each in named], force) as outputs:
            for target in places.values():
                _check_ending(target)
                outputs.check(target)
            if sheet is not None:
                picture_kind(str(sheet))
                outputs.check(str(sheet))
            reading = work.read(named, how)
            # a picture that is none is told of before TensorFlow has started
            inputs = itertools.chain([next(reading)], reading)
            (network,) = load([found], device, codes=False)
            likeness = work.likeness(found)

            from mnist_autoencoders.measures.pixels import as_bytes
            from mnist_autoencoders.use.rendering import render
            from mnist_autoencoders.use.sheets import MOST, many, sheet_of, stacked

            before, after, digits = [], [], 0
            for rendered in render(inputs, network, likeness, work.noticed):
                if places:
                    target = places[rendered.input.named]
                    outputs.write(target, rendered.content(target))
                if sheet is not None and not rendered.input.page:
                    if digits < MOST:
                        before.append(rendered.input.images[:MOST])
                        after.append(as_bytes(rendered.pixels[:MOST]))
                    digits += len(rendered.pixels)
            if sheet is not None:
                if not before:
                    raise UserError(f"{sheet}: a contact sheet shows digits, and there are none")
                rows = {"input": stacked(before), found.asked: stacked(after)}
                outputs.write(str(sheet), picture_bytes(sheet_of(rows), str(sheet)))
                if digits > MOST:
                    note(f"{sheet}: {many(digits)}")


def _check_ending(target: str) -> None:
    known = [*PICTURES, ARRAY]
    if target != STDOUT and Path(target).suffix.lower() not in known:
        raise UserError(f"{target}: an output ends in {', '.join(known)}")
