"""Outputs of other stages that were damaged, and what one may write on a command line."""

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_autoencoders.components.pca import read_components
from mnist_autoencoders.dataset.store import open_images, open_labels, read_card
from mnist_autoencoders.judge.judge import Judge, Judging
from mnist_autoencoders.networks.apply import load_model
from mnist_autoencoders.records import read_json, write_json
from mnist_autoencoders.stagecraft.intact import cure, read_table
from tests.conftest import TENSORFLOW, write_squares
from tests.hostile import few, folder, refused
from tests.hostile_files import damaged
from tests.projects import Project

pytestmark = TENSORFLOW

FEW = few(15, deadline=10_000)

READERS: dict[str, Callable[[Path], object]] = {
    "model.keras": load_model,
    "record.json": lambda path: read_json(path, "accuracy"),
    "card.json": lambda path: read_card(path.parent),
    "train_images.npy": lambda path: np.asarray(open_images(path.parent, "train")).sum(),
    "test_labels.npy": lambda path: open_labels(path.parent, "test"),
    "pca.npz": read_components,
    "table.csv": read_table,
}


def make(path: Path) -> Path:
    """One of each kind of output, as stages write them."""
    write_squares(path)
    np.save(path / "test_labels.npy", np.zeros(40, np.int16))
    write_json(path / "record.json", {"accuracy": 0.5})
    parts = {"mean": (784,), "components": (4, 784), "variance": (4,)}
    np.savez(path / "pca.npz", **{name: np.zeros(shape) for name, shape in parts.items()})
    (path / "table.csv").write_text("model,psnr\nsimple,1.5\n")
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.save(path / "model.keras")
    return path


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The bytes of each output."""
    path = make(tmp_path_factory.mktemp("outputs") / "all")
    return {name: (path / name).read_bytes() for name in READERS}


@pytest.mark.parametrize("name", READERS)
def test_a_damaged_output_is_read_or_refused(name: str, outputs: dict[str, bytes]) -> None:
    @FEW
    @given(st.data())
    def each(data: st.DataObject) -> None:
        with folder() as path:
            (path / name).write_bytes(data.draw(damaged(outputs[name])))
            message = refused(lambda: READERS[name](path / name))
            assert message is None or str(path / name) in message

    each()
    with folder() as path:
        (path / name).write_bytes(outputs[name])
        READERS[name](path / name)


def bomb(path: Path) -> None:
    """An archive that would become 300 MB, of a hundredth."""
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("config.json", "w") as member,
    ):
        for _ in range(30):
            member.write(bytes(10**7))


def unsafe(path: Path) -> None:
    """A model that runs code of its own."""
    layer = keras.layers.Lambda(lambda values: values * 2)
    keras.Sequential([keras.Input((2,)), layer]).save(path)


def pickled(path: Path) -> None:
    with path.open("wb") as file:
        np.save(file, np.array([{"run": "me"}]), allow_pickle=True)


def promising(path: Path) -> None:
    """The header of an array that fits nowhere."""
    with path.open("wb") as file:
        shape = {"descr": "|i2", "fortran_order": False, "shape": (10**15,)}
        np.lib.format.write_array_header_1_0(file, shape)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "harm", "cause"),
    [
        ("model.keras", bomb, "it would become 300,000,000 bytes"),
        ("pca.npz", bomb, "it would become 300,000,000 bytes"),
        ("model.keras", unsafe, "Lambda"),
        ("model.keras", lambda path: path.write_bytes(b"garbage"), "File is not a zip file"),
        ("test_labels.npy", pickled, "Object arrays cannot be loaded"),
        ("test_labels.npy", promising, "damaged"),
        ("record.json", lambda path: path.write_text("[" * 10**5), "RecursionError"),
        ("record.json", lambda path: path.write_text("{}"), "without accuracy"),
        ("record.json", lambda path: path.write_text("[]"), "no keys with values"),
        ("table.csv", lambda path: path.write_bytes(b"\xff\xfe"), "UnicodeDecodeError"),
        ("table.csv", lambda path: path.write_bytes(b""), "EmptyDataError"),
        ("train_images.npy", lambda path: np.save(path, np.zeros((2, 3, 3), "u1")), "instead of"),
    ],
)
def test_what_is_unsafe_or_too_large_is_not_loaded(
    tmp_path: Path, name: str, harm: Callable[[Path], object], cause: str
) -> None:
    path = make(tmp_path / "all") / name
    harm(path)
    message = refused(lambda: READERS[name](path))
    assert message is not None
    assert message.startswith((f"{path}: damaged since it was w", f"{path}: of another version"))
    assert cause in message


@pytest.mark.parametrize(
    ("path", "command"),
    [
        ("out/training/simple/model.keras", "repro --force --single-item train@simple`"),
        ("out/training/simple/model.keras", "checkout --force out/training/simple`"),
        ("out/training/simple-1/model.keras", "checkout --force out/training/simple-1`"),
        ("out/evaluation/vae/codes.npy", "--single-item evaluate@vae`"),
        ("reports/metrics/vae.json", "--single-item evaluate@vae` makes it anew"),
        ("data/clean/card.json", "--single-item prepare`"),
        ("data/blur/noise.json", "--single-item add_noise@blur`"),
        ("out/noise_ladder/blur/ladder.json", "--single-item noise_ladder@blur`"),
        ("out/embedding/codes/planes.npz", "--single-item embed_codes`"),
        ("out/laboratory/laboratory.json", "--single-item laboratory`"),
        ("reports/tables/scores.csv", "--single-item tables` makes it anew"),
        ("reports/claims.csv", "--single-item claims` makes it anew"),
    ],
)
def test_the_cure_names_the_stage(path: str, command: str) -> None:
    assert command in cure(Path(path))


def test_a_classifier_that_is_not_there_is_not_one_that_cannot_be(tmp_path: Path) -> None:
    images, judging = np.zeros((4, 28, 28), np.uint8), Judging(0.5, 4, 2)
    with pytest.raises(FileNotFoundError):
        Judge.load(tmp_path, images, judging)
    write_json(tmp_path / "record.json", {"accuracy": 0.9})
    with pytest.raises(FileNotFoundError):
        Judge.load(tmp_path, images, judging)
    write_json(tmp_path / "record.json", {"accuracy": None})
    assert Judge.load(tmp_path, images, judging) is None


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (
            ("add_noise", "../clean"),
            "error: 'noises.../clean' is no key: a name may only hold a-z, 0-9 and _",
        ),
        (("train", "simple.kind"), "models.simple.kind"),
        (("train", "%s\x1b[31m"), "error: 'models.%s\\x1b[31m' is no key: "),
        (("train", "simple", "--", "-1"), "Invalid value for"),
        (("evaluate", "simple", str(10**30)), "Invalid value for"),
        (("noise_ladder", "a" * 5000), "there is no such entry"),
    ],
)
def test_a_hostile_argument_is_refused(
    tmp_path: Path, command: tuple[str, ...], message: str
) -> None:
    name, *arguments = command
    project = small(tmp_path)
    output = project.run("python", "-m", f"stages.{name}", *arguments, code=_code(message))
    assert message in output
    assert "Traceback" not in output
    assert len(output) < 4000
    assert not (project.folder / "out").exists()


def _code(message: str) -> int:
    return 2 if message.startswith("Invalid") else 1


def small(path: Path) -> Project:
    """What a stage needs that does not get far."""
    for name in ("src", "stages"):
        (path / name).symlink_to(Path(name).resolve())
    shutil.copy("params.yaml", path)
    return Project(path)


def test_a_wrong_file_leaves_what_was_there(tmp_path: Path) -> None:
    project = small(tmp_path)
    (tmp_path / "params.yaml").write_bytes(b"seed: \x1b[2J")
    (tmp_path / "data/clean").mkdir(parents=True)
    (tmp_path / "data/clean/card.json").write_text(json.dumps({"name": "before"}))
    output = project.stage("validate", code=1)
    assert output.startswith("error: params.yaml: not valid YAML")
    assert "\x1b" not in output
    assert read_json(tmp_path / "data/clean/card.json") == {"name": "before"}
    assert sorted(left.name for left in tmp_path.iterdir()) == [
        "data",
        "params.yaml",
        "src",
        "stages",
    ]
