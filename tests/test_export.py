"""An exported model gives what Keras gives, for any number of images, or is not written."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from typer.testing import CliRunner

from mnist_autoencoders.export.choose import chosen_models
from mnist_autoencoders.export.export import Exported, export_models
from mnist_autoencoders.export.formats import FORMATS, Format
from mnist_autoencoders.model_kinds.convolutional import Convolutional
from mnist_autoencoders.model_kinds.dense import Dense
from mnist_autoencoders.models.build import build_model
from mnist_autoencoders.models.model import ModelParameters, Variational
from mnist_autoencoders.stagecraft.terminal import UserError
from mnist_autoencoders.use.commands.main import app
from mnist_autoencoders.use.session import session
from tests.conftest import TENSORFLOW

pytestmark = TENSORFLOW

IMAGES = np.random.default_rng(0).integers(0, 256, (7, 28, 28), dtype=np.uint8)
VAE = Dense(
    kind="dense", input="clean", code_size=4, code_activation="linear", variational=Variational()
)
SKIPS = Convolutional(kind="convolutional", input="noisy", filters=[3, 2], skips=True)


def saved(parameters: ModelParameters, folder: Path) -> Path:
    folder.mkdir()
    build_model(parameters).save(folder / "model.keras")
    return folder / "model.keras"


@pytest.mark.parametrize(
    ("name", "parameters"), [("onnx", SKIPS), ("litert", SKIPS), ("savedmodel", VAE)]
)
def test_a_model_in_each_format(name: str, parameters: ModelParameters, tmp_path: Path) -> None:
    """LiteRT is what enlarging was in the way of; the mean of a variational code is decoded."""
    for module in FORMATS[name].packages:
        pytest.importorskip(module)
    file, into = saved(parameters, tmp_path / "tiny"), tmp_path / "exported"
    keras_row, row = export_models({"tiny": file}, [FORMATS[name]], into, IMAGES)
    assert [path.name for path in into.iterdir()] == [f"tiny{FORMATS[name].suffix}"]
    assert (keras_row.format, keras_row.size) == ("keras", file.stat().st_size)
    assert (row.model, row.format, row.path) == ("tiny", name, into / f"tiny{FORMATS[name].suffix}")
    assert row.difference <= 1e-5
    assert row.size > 1000
    assert row.images_per_second > 0
    pixels = IMAGES[:3, ..., np.newaxis] / np.float32(255)
    expected = np.asarray(keras.models.load_model(file)(pixels))
    np.testing.assert_allclose(FORMATS[name].load(row.path)(pixels), expected, atol=1e-5)


def wrong_by(difference: float) -> Format:
    """A format that stores the model as it is, and gives something else."""

    def load(path: Path) -> Callable[[Any], Any]:
        model = keras.models.load_model(path)
        return lambda images: np.asarray(model(images)) + np.float32(difference)

    return Format("keras", ".copy.keras", {}, lambda model, path: model.save(path), load)


@pytest.mark.parametrize("difference", [2e-5, -2e-5, float("nan")])
def test_what_differs_is_not_written(difference: float, tmp_path: Path) -> None:
    file, into = saved(VAE, tmp_path / "tiny"), tmp_path / "exported"

    def export(by: float) -> list[Exported]:
        return export_models({"tiny": file}, [wrong_by(by)], into, IMAGES)

    assert export(5e-6)[1].difference == pytest.approx(5e-6, rel=0.05)
    kept = (into / "tiny.copy.keras").stat().st_ino
    with pytest.raises(UserError, match=r"tiny as keras differs from Keras by .* is not written"):
        export(difference)
    # that of before stays
    assert [path.stat().st_ino for path in into.iterdir()] == [kept]


def test_a_package_that_is_missing_is_named_before_any_work(tmp_path: Path) -> None:
    lacking = Format("odd", ".odd", {"no_such_module": "no-such"}, print, print)
    with pytest.raises(UserError, match=r"format odd needs .* -m pip install no-such`$"):
        export_models(
            {"gone": tmp_path / "gone.keras"}, [FORMATS["savedmodel"], lacking], tmp_path, IMAGES
        )


def test_a_model_of_something_else_is_refused(tmp_path: Path) -> None:
    keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)]).save(tmp_path / "other.keras")
    with pytest.raises(UserError, match=r"takes \(None, 3\), not images of 28 x 28"):
        export_models({"other": tmp_path / "other.keras"}, [], tmp_path, IMAGES)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with two trained models, of which the working folder is another one's."""
    (tmp_path / "params.yaml").write_text("models: {cnn: {}, vae: {}}")
    (tmp_path / "dvc.yaml").touch()
    files = (f"out/training/{name}/model.keras" for name in ("cnn", "vae"))
    for file in (*files, "mine.keras", "work/mine.keras"):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).touch()
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path


def test_models_are_chosen_as_by_the_other_commands(home: Path) -> None:
    trained = {name: home / f"out/training/{name}/model.keras" for name in ("cnn", "vae")}
    with session() as work:
        assert chosen_models(work, [], everything=True) == trained
        asked = ["vae", "mine.keras", "../out/training/cnn/model.keras"]
        assert chosen_models(work, asked) == {
            "vae": trained["vae"],
            "mine": home / "work/mine.keras",
            "cnn": home / "work" / asked[2],
        }
        for names, message in {
            (): "name a model",
            ("vea",): "no model 'vea'; did you mean 'vae'",
            ("no.keras",): "no.keras: there is no such file",
            ("mine.keras", "../mine.keras"): "mine.keras: would be exported as mine, and so would",
        }.items():
            with pytest.raises(UserError, match=message):
                chosen_models(work, [*names])


def test_all_of_none_is_refused(home: Path) -> None:
    (home / "out").rename(home / "gone")
    with session() as work, pytest.raises(UserError, match="no trained models"):
        chosen_models(work, [], everything=True)


def test_what_is_there_is_overwritten_by_force_alone(tmp_path: Path) -> None:
    file = saved(VAE, tmp_path / "tiny")
    arguments = ["export", str(file), "-f", "savedmodel", "-o", str(tmp_path)]
    (tmp_path / "tiny.savedmodel").touch()
    refusal = CliRunner().invoke(app, arguments).exception
    assert "tiny.savedmodel: is there already; --force overwrites it" in str(refusal)
    assert CliRunner().invoke(app, [*arguments, "--force"]).exit_code == 0
    assert (tmp_path / "tiny.savedmodel").is_dir()
