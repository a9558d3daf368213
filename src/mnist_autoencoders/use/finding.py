"""What `--model` may be, and the file that it leads to."""

import contextlib
import json
import re
from pathlib import Path

from mnist_autoencoders.stagecraft.layout import EVALUATION, PARAMETERS, TRAINING
from mnist_autoencoders.stagecraft.parameters import read
from mnist_autoencoders.stagecraft.schema import hint, listed
from mnist_autoencoders.stagecraft.terminal import UserError, shown
from mnist_autoencoders.use.model import MODEL, RECORD, Found, Origin, in_folder, sha256
from mnist_autoencoders.use.repository import repository, within

RUN = re.compile("[0-9a-f]{32}")
REGISTERED = "models:/"


def find(asked: str, scratch: Path) -> Found:
    """The model that is asked for; what has to be fetched goes into the folder `scratch`.

    `asked` is a name of params.yaml or of a replica, `NAME@REVISION`, the id of a tracked run,
    `models:/NAME@ALIAS` or `models:/NAME/VERSION`, or the path of a `.keras` file. Raises
    `UserError` where there is no such thing.
    """
    path = Path(asked).expanduser()
    if path.suffix == ".keras" and not asked.startswith(REGISTERED):
        return _file(asked, path.absolute())
    with within() as root:
        if asked.startswith(REGISTERED) or RUN.fullmatch(asked):
            from mnist_autoencoders.use.tracked import fetch_registered, fetch_run

            fetch = fetch_registered if asked.startswith(REGISTERED) else fetch_run
            fetched = fetch(asked, scratch)
            origin = _origin(fetched.digests)
            return Found(asked, fetched.where, fetched.file, sha256(fetched.file), origin)
        if "@" in asked:
            return _at_revision(asked, root, scratch)
        return _named(asked, root)


def known_models() -> list[str]:
    """The names of params.yaml, in its order; the working folder is the repository."""
    return list(read("models", dict))


def default_model(purpose: str) -> str:
    """The model for a purpose, which the help of the commands states.

    - denoise: of the models of params.yaml that see noise, that with the highest mean PSNR over
      all noises of the ladder; the first one where none is evaluated
    - generate: the first variational one
    - reconstruct: the first one that sees clean images
    """
    with within():
        models = read("models", dict)
        fitting = {
            "denoise": [name for name in models if models[name].get("input") != "clean"],
            "generate": [name for name in models if models[name].get("variational")],
            "reconstruct": [name for name in models if models[name].get("input") == "clean"],
        }[purpose]
        if not fitting:
            raise UserError(f"{PARAMETERS}: has no model to {purpose} with; name one: --model NAME")
        if purpose == "denoise":
            # the first of the best
            fitting.sort(key=_ladder_psnr, reverse=True)
        return fitting[0]


def _ladder_psnr(name: str) -> float:
    """The mean PSNR of a denoiser over all noises that it was tried on, below all others if none.

    Read without pandas, which takes half a second to import.
    """
    with contextlib.suppress(OSError, ValueError, KeyError):
        header, *lines = (EVALUATION / name / "denoising.csv").read_text().splitlines()
        column = header.split(",").index("psnr")
        return sum(float(line.split(",")[column]) for line in lines) / len(lines or [""])
    return float("-inf")


def _file(asked: str, path: Path) -> Found:
    if not path.is_file():
        raise UserError(f"{asked}: there is no such file of a model")
    digest = sha256(path)
    origin = None
    if repository() is not None:
        with within():
            origin = _origin([digest])
    return Found(asked, str(path), path, digest, origin)


def _named(name: str, root: Path) -> Found:
    trained = sorted(path.parent.name for path in TRAINING.glob(f"*/{MODEL}"))
    known = known_models()
    if name not in [*known, *trained]:
        close = hint(name, [*known, *trained]) or (
            f"; known: {listed(known)}; a model may also be NAME@REVISION, the id of a run, "
            "models:/NAME@ALIAS or a .keras file"
        )
        raise UserError(f"there is no model '{shown(name, 80)}'{close}")
    file = TRAINING / name / MODEL
    if not file.is_file():
        raise UserError(f"{file}: not there yet; `dvc repro train@{name}` makes it")
    origin = Origin(name, in_folder(root))
    return Found(name, str(file), root / file, sha256(file), origin)


def _at_revision(asked: str, root: Path, scratch: Path) -> Found:
    from mnist_autoencoders.compare.revision import Revision

    name, _, of = asked.partition("@")
    revision = Revision.of(of or "HEAD")

    def content(path: Path) -> bytes:
        with contextlib.chdir(root):
            return revision.content(path.as_posix())

    path = TRAINING / name / MODEL
    known = revision.models()
    if name not in known:
        close = hint(name, known) or f"; it has {listed(known) or 'none'}"
        raise UserError(f"{revision.title}: there is no model '{shown(name, 80)}'{close}")
    file = scratch / f"{name}.keras"
    file.write_bytes(content(path))
    where = f"{path} of {revision.title}, from DVC"
    return Found(asked, where, file, sha256(file), Origin(name, content))


def _origin(digests: list[str]) -> Origin | None:
    """The training in this repository that gave a model of one of these digests."""
    for path in sorted(TRAINING.glob(f"*/{RECORD}")):
        with contextlib.suppress(OSError, ValueError, KeyError):
            if json.loads(path.read_bytes())["model_sha256"] in digests:
                return Origin(path.parent.name, in_folder(Path.cwd()))
    return None
