"""Several models on the same pictures."""

import io
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import numpy as np

from mnist_autoencoders.backend.parameters import DeviceName
from mnist_autoencoders.dataset.store import Images
from mnist_autoencoders.measures.pixels import as_bytes, mse_and_psnr, squared_errors
from mnist_autoencoders.stagecraft.layout import TRAINING
from mnist_autoencoders.stagecraft.terminal import UserError
from mnist_autoencoders.use.finding import known_models
from mnist_autoencoders.use.fitting import Fitting
from mnist_autoencoders.use.likeness import FAR
from mnist_autoencoders.use.messages import note
from mnist_autoencoders.use.model import MODEL
from mnist_autoencoders.use.reading import Named
from mnist_autoencoders.use.repository import within
from mnist_autoencoders.use.session import Session, load, session
from mnist_autoencoders.use.writing import picture_bytes, picture_kind, writing


@dataclass(frozen=True)
class Row:
    """A model's figures on the pictures: mean squared error, PSNR in dB; `far` counts pictures.

    `far` is "" where the errors on test images are unknown.
    """

    model: str
    code_size: int
    mse: float
    psnr: float
    far: int | str


def compare_models(
    pictures: list[str],
    asked: list[str],
    clean: str | None,
    sheet: Path,
    table: Path | None,
    how: Fitting,
    device: DeviceName | None,
    force: bool,
) -> None:
    """Write a contact sheet of what models make of pictures, and print their figures."""
    with session() as work:
        named = work.expand(pictures)
        named_clean = [] if clean is None else work.expand([clean])
        found = [work.find(each) for each in asked or _trained()]
        with writing([each.path for each in named + named_clean], force) as outputs:
            picture_kind(str(sheet))
            for target in (sheet, table):
                if target is not None:
                    outputs.check(str(target))
            images = _images(work, named, how)
            originals = images if clean is None else _images(work, named_clean, how)
            if len(images) != len(originals):
                raise UserError(
                    f"{clean}: has {len(originals):,} pictures, and there are {len(images):,} to "
                    "compare with them"
                )
            networks = load(found, device)

            from mnist_autoencoders.use.sheets import MOST, many, sheet_of

            shown = {"input": images[:MOST]}
            if clean is not None:
                shown["clean"] = originals[:MOST]
            rows = []
            for model, network in zip(found, networks):
                codes, pixels = network.encode_and_reconstruct(images)
                shown[model.asked] = as_bytes(pixels[:MOST])
                likeness = work.likeness(model)
                far = (
                    "" if likeness is None else int((likeness.nearer(images, pixels) >= FAR).sum())
                )
                scores = mse_and_psnr(squared_errors(originals, pixels))
                rows.append(Row(model.asked, codes.shape[1], scores["mse"], scores["psnr"], far))
            outputs.write(str(sheet), picture_bytes(sheet_of(shown), str(sheet)))
            if table is not None:
                outputs.write(str(table), as_csv(rows).encode())
        against = "the pictures themselves" if clean is None else clean
        print(as_text(rows))
        note(f"errors against {against}; {sheet} shows the pictures")
        if said := many(len(images)):
            note(said)


def as_csv(rows: list[Row]) -> str:
    """The table as CSV."""
    import csv

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([field.name for field in fields(Row)])
    writer.writerows(
        [f"{cell:.9g}" if isinstance(cell, float) else cell for cell in astuple(row)]
        for row in rows
    )
    return text.getvalue()


def as_text(rows: list[Row]) -> str:
    """The table in columns."""
    lines = [[field.name for field in fields(Row)]]
    lines += [
        [row.model, f"{row.code_size}", f"{row.mse:.5f}", f"{row.psnr:.2f}", f"{row.far}"]
        for row in rows
    ]
    widths = [max(map(len, column)) for column in zip(*lines)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if number == 0 else cell.rjust(width)
            for number, (cell, width) in enumerate(zip(line, widths))
        ).rstrip()
        for line in lines
    )


def _trained() -> list[str]:
    with within():
        names = [name for name in known_models() if (TRAINING / name / MODEL).is_file()]
    if not names:
        raise UserError("no model is trained yet; `make repro` trains all")
    return names


def _images(work: Session, named: list[Named], how: Fitting) -> Images:
    images: Images = np.concatenate([each.images for each in work.read(named, how)])
    return images
