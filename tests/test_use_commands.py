"""The command `autoencoders`, on small nets of a small repository."""

import gzip
import json
import struct
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from mnist_autoencoders.stagecraft.terminal import UserError
from mnist_autoencoders.use.commands.main import app
from tests.conftest import TENSORFLOW
from tests.projects import ROOT

pytestmark = TENSORFLOW

MODELS = {
    "weak": {"kind": "dense", "input": "gaussian"},
    "strong": {"kind": "dense", "input": "gaussian"},
    "plain": {"kind": "dense", "input": "clean"},
    "vae": {"kind": "dense", "input": "clean", "variational": {"beta": 1.0}},
}
SHARED = {
    "hidden": [], "code_size": 3, "activation": "relu", "code_activation": "linear",
    "output_activation": "sigmoid", "loss": "binary_crossentropy", "optimizer": "adam",
    "learning_rate": 0.01, "batch_size": 8, "epochs": 1,
}  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, _started: None) -> Path:
    """A repository as `make repro` would leave it, of nets that nobody trained."""
    import keras

    from mnist_autoencoders.model_kinds.dense import Dense
    from mnist_autoencoders.models.build import build_model
    from mnist_autoencoders.networks.archive import save_model

    keras.utils.set_random_seed(1)
    root = tmp_path_factory.mktemp("home")
    entries = {name: SHARED | entry for name, entry in MODELS.items()}
    runtime = {"device": "cpu", "threads": 0, "deterministic": True}
    content = {"models": entries, "runtime": runtime, "tracking": {}}
    (root / "params.yaml").write_text(json.dumps(content))
    (root / "dvc.yaml").touch()
    seen = np.zeros((1000, 28, 28), np.uint8)
    for folder in ("clean", "gaussian"):
        (root / "data" / folder).mkdir(parents=True)
        np.save(root / "data" / folder / "test_images.npy", seen)
    (root / "out/pca").mkdir(parents=True)
    black = {"mean": np.zeros(784), "components": np.zeros((0, 784)), "variance": np.zeros(0)}
    np.savez(root / "out/pca/pca.npz", **black)
    (root / "reports/metrics").mkdir(parents=True)
    for name, entry in entries.items():
        trained, evaluated = root / "out/training" / name, root / "out/evaluation" / name
        trained.mkdir(parents=True)
        evaluated.mkdir(parents=True)
        model = build_model(Dense.model_validate(entry))
        record = {"model_sha256": save_model(model, trained / "model.keras"), "parameters": entry}
        record |= {"architecture": "784-3-784", "count_parameters": 9, "noise": None}
        record["data"] = {"name": "digits", "train": 50}
        (trained / "record.json").write_text(json.dumps(record))
        # all errors are 0.2 ** 2, but for that of one of the thousand
        made = np.full(seen.shape, 51, np.uint8)
        made[0] = 255
        np.save(evaluated / "reconstructions.npy", made)
        np.save(evaluated / "codes.npy", np.random.default_rng(0).normal(size=(50, 3)))
        psnr = {"weak": 10, "strong": 20}.get(name, 0)
        (evaluated / "denoising.csv").write_text(f"kind,psnr\nblur,{psnr}\nmarks,{psnr + 1}\n")
        metrics = {"psnr": 12.5, "code_size": 3, "data": {"test": 1000}}
        (root / "reports/metrics" / f"{name}.json").write_text(json.dumps(metrics))
    return root


@pytest.fixture
def here(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder within the repository, with pictures."""
    folder = home / tmp_path.name
    folder.mkdir()
    monkeypatch.chdir(folder)
    digit().save(folder / "a.png")
    return folder


def digit(size: int = 28, light: bool = False) -> Image.Image:
    grey = np.zeros((size, size), np.uint8)
    grey[size // 4 : -size // 4, size // 3 : size // 2] = 255
    return Image.fromarray(255 - grey if light else grey)


def call(*arguments: str, stdin: bytes = b"") -> Result:
    result = CliRunner().invoke(app, arguments, input=stdin)
    if result.exception is not None and not isinstance(result.exception, SystemExit | UserError):
        raise result.exception
    return result


def names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def test_the_best_denoiser_is_the_default(here: Path) -> None:
    assert call("denoise", "a.png").exit_code == 0
    assert names(here) == ["a.png", "a_denoised.png"]
    assert call("denoise", "a.png", "-o", "b.png", "-m", "strong").exit_code == 0
    assert (here / "b.png").read_bytes() == (here / "a_denoised.png").read_bytes()
    assert call("denoise", "a.png", "-o", "c.png", "-m", "weak").exit_code == 0
    assert (here / "c.png").read_bytes() != (here / "b.png").read_bytes()


def test_all_kinds_of_input_give_the_same(here: Path) -> None:
    image = np.asarray(digit())
    np.save("b.npy", image)
    np.save("f.npy", image[np.newaxis, ..., np.newaxis] / np.float32(255))
    idx = struct.pack(">4I", 0x0803, 1, 28, 28) + image.tobytes()
    Path("c-ubyte.gz").write_bytes(gzip.compress(idx))
    Path("sub/deep").mkdir(parents=True)
    digit().save("sub/deep/d.png")
    given = ["a.png", "b.npy", "f.npy", "c-ubyte.gz", "sub", "sub/**/d.*"]
    for number, one in enumerate(given):
        assert call("reconstruct", one, "-o", f"out{number}").exit_code == 0
    stdin = call("reconstruct", "-", "-o", "-", stdin=Path("a.png").read_bytes())
    Path("out.png").write_bytes(stdin.stdout_bytes)
    made = names(here)
    wanted = ["out0/a.png", "out1/b.npy", "out2/f.npy", "out3/c-ubyte.npy", "out4/deep/d.png"]
    assert {*wanted, "out5/d.png"} <= set(made)
    first = np.asarray(Image.open("out0/a.png"))
    for path in ("out4/deep/d.png", "out5/d.png", "out.png"):
        assert np.array_equal(np.asarray(Image.open(path)), first)
    assert np.array_equal(np.load("out1/b.npy"), first)
    assert np.array_equal(np.load("out3/c-ubyte.npy"), first[np.newaxis])
    floats = np.load("out2/f.npy")
    assert floats.dtype == np.float32
    assert floats.shape == (1, 28, 28, 1)
    assert np.abs(255 * floats[0, ..., 0] - first).max() <= 0.51


def test_a_file_that_is_named_twice_is_read_once(here: Path) -> None:
    result = call("encode", "a.png", "*.png", ".", "-o", "codes.npy", "-m", "plain")
    assert result.exit_code == 0
    assert np.load(here / "codes.npy").shape == (1, 3)


def test_dark_on_light_is_said_and_turned_back(here: Path) -> None:
    digit(light=True).save("b.png")
    result = call("reconstruct", "a.png", "b.png", "-o", "out")
    assert result.exit_code == 0
    assert "b.png: dark on light" in result.stderr
    assert "a.png" not in result.stderr.split("dark on light")[0]
    a, b = (np.asarray(Image.open(here / "out" / name)) for name in ("a.png", "b.png"))
    assert np.array_equal(a, 255 - b)


@pytest.mark.parametrize("grey", [64, 255])
def test_what_is_no_digit_is_told(here: Path, grey: int) -> None:
    Image.new("L", (28, 28), grey).save("flat.png")
    result = call("reconstruct", "flat.png", "--ground", "dark", "-o", "out.png")
    assert result.exit_code == 0
    assert (here / "out.png").exists()
    # the net, untrained, gives about 0.5 everywhere: errors of 0.25 ** 2 and 0.5 ** 2
    said = "flat.png: further from the training images than 99.9 % of the test images"
    assert said in result.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["denoise", "none.png"], "none.png: not a readable picture"),
        (["denoise", "absent.png"], "absent.png: there is no such file or folder"),
        (["denoise", "*.xyz"], "*.xyz: there is no such file or folder"),
        (["denoise", "empty"], "empty: no pictures are in this folder"),
        (["denoise", "a.png", "-m", "stron"], "no model 'stron'; did you mean 'strong'?"),
        (["denoise", "a.png", "-m", "x.keras"], "x.keras: there is no such file of a model"),
        (["denoise", "a.png", "-m", "0" * 32], "there is no MLflow store sqlite:"),
        (["denoise", "a.png", "-m", "models:/d@best"], "there is no MLflow store sqlite:"),
        (["denoise", "a.png", "-o", "a.png", "--force"], "is an input, which is never overwritten"),
        (["denoise", "a.png", "-o", "b.png"], "b.png: is there already; --force overwrites it"),
        (["denoise", "a.png", "b.png", "-o", "c.png"], "a.png and b.png would both become c.png"),
        (["denoise", "a.png", "sub/a.png", "-o", "out"], "out/a.png; take them in two commands"),
        (["denoise", "a.png", "-o", "none.png/c.png"], "c.png: cannot be written: none.png is no"),
        (["denoise", "a.png", "-o", "c.txt"], "c.txt: an output ends in .png"),
        (["denoise", "page.png", "a.png", "none.png", "-o", "out"], "none.png: not a readable"),
        (["reconstruct", "two.npy", "-o", "c.png"], "2 pictures do not go into one"),
        (["reconstruct", "-"], "standard input: it is empty"),
        (["reconstruct", "words.npy"], "words.npy: not a readable array"),
        (["reconstruct", "wide.npy"], "wide.npy: an array [2, 30, 28], not of images"),
        (["reconstruct", "large.npy"], "large.npy: values up to 255; as floats, pixels are 0 to 1"),
        (["decode", "short.csv", "-o", "c.png"], "short.csv: 1 codes of 2 values"),
        (["decode", "short.csv", "-o", "short.csv"], "short.csv: a picture ends in .png"),
        (["decode", "two.npy", "-o", "two.npy", "--force"], "two.npy: is an input, which is never"),
        (["encode", "a.png", "-o", "c.xls"], "c.xls: codes end in .csv"),
        (["denoise", "a.png", "--sheet", "c.txt"], "c.txt: a picture ends in .png"),
        (["compare", "a.png", "-o", "c.txt"], "c.txt: a picture ends in .png"),
        (["denoise", "a.png", "-o", "c.png", "--sheet", "./c.png"], "c.png: two outputs would go"),
        (["compare", "a.png", "--clean", "b.png", "-o", "b.png", "--force"], "b.png: is an input"),
    ],
)
def test_what_is_wrong_is_one_line_and_nothing_is_written(
    here: Path, arguments: list[str], said: str
) -> None:
    digit().save("b.png")
    # it is written by the time that the one after the next is read
    digit(300).save("page.png")
    Path("none.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(60))
    Path("empty").mkdir()
    Path("sub").mkdir()
    digit().save("sub/a.png")
    np.save("two.npy", np.zeros((2, 28, 28), np.uint8))
    np.save("words.npy", np.array(["a"]))
    np.save("wide.npy", np.zeros((2, 30, 28), np.uint8))
    np.save("large.npy", np.full((2, 28, 28), 255.0))
    Path("short.csv").write_text("picture,code_0,code_1\na,1,2\n")
    before = {path: path.read_bytes() for path in here.rglob("*") if path.is_file()}
    result = call(*arguments)
    assert isinstance(result.exception, UserError)
    message = str(result.exception)
    assert said in message
    assert "\n" not in message
    assert {path: path.read_bytes() for path in here.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("ending", ["csv", "npy", "parquet"])
@pytest.mark.usefixtures("here")
def test_codes_go_to_a_file_and_back(ending: str) -> None:
    digit(56).save("b.png")
    codes = f"codes.{ending}"
    assert call("encode", "a.png", "b.png", "-o", codes, "-m", "plain").exit_code == 0
    if ending != "npy":
        table = pd.read_csv(codes) if ending == "csv" else pd.read_parquet(codes)
        assert list(table.columns) == ["picture", "code_0", "code_1", "code_2"]
        assert list(table["picture"]) == ["a.png", "b.png"]
    assert call("decode", codes, "-o", "made.npy", "-m", "plain").exit_code == 0
    assert call("reconstruct", "a.png", "-o", "r.png", "-m", "plain").exit_code == 0
    made = np.load("made.npy")
    assert made.shape == (2, 28, 28)
    assert np.array_equal(np.rint(255 * made[0]), np.asarray(Image.open("r.png")))


def test_digits_are_generated_and_ways_gone(here: Path) -> None:
    for output in ("x.npy", "y.npy"):
        assert call("generate", "-n", "3", "--seed", "5", "-o", output).exit_code == 0
    assert np.load("x.npy").shape == (3, 28, 28)
    assert np.array_equal(np.load("x.npy"), np.load("y.npy"))
    assert call("generate", "-n", "3", "-o", "x.jpg").exit_code == 0
    assert Image.open("x.jpg").format == "JPEG"
    assert call("generate", "-n", "3", "-m", "plain", "-o", "out").exit_code == 0
    assert names(here / "out") == ["00000.png", "00001.png", "00002.png"]
    digit(light=True).rotate(90).save("b.png")
    ends = ["interpolate", "a.png", "b.png", "-m", "plain", "--steps", "5"]
    assert call(*ends, "-o", "way.npy").exit_code == 0
    assert call("reconstruct", "a.png", "-o", "r.png", "-m", "plain").exit_code == 0
    way = np.load("way.npy")
    assert way.shape == (5, 28, 28)
    assert np.array_equal(np.rint(255 * way[0]), np.asarray(Image.open("r.png")))


def test_models_are_compared(here: Path) -> None:
    np.save("noisy.npy", np.zeros((3, 28, 28), np.uint8))
    np.save("clean.npy", np.full((3, 28, 28), 255, np.uint8))
    arguments = ["compare", "noisy.npy", "-m", "weak", "-m", "plain", "--table", "t.csv"]
    result = call(*arguments, "--clean", "clean.npy", "--ground", "dark")
    assert result.exit_code == 0
    table = pd.read_csv("t.csv")
    assert list(table["model"]) == ["weak", "plain"]
    # of black: an untrained sigmoid without biases gives 0.5
    assert np.allclose(table["mse"], 0.25)
    assert np.allclose(table["psnr"], 6.0206, atol=1e-4)
    # 0.5 ** 2 is above 999 of the 1,000 errors
    assert list(table["far"]) == [3, 3]
    # four rows of three, with gaps, three times as large
    assert Image.open(here / "compared.png").height == 3 * (4 * 30 + 2)


def test_a_file_is_known_by_its_digest(here: Path, home: Path) -> None:
    copied = here / "copy.keras"
    copied.write_bytes((home / "out/training/plain/model.keras").read_bytes())
    said = call("info", "-m", "copy.keras").stdout
    assert "entry: plain of params.yaml" in said
    assert "trained on: digits, 50 images" in said
    assert "on 1,000 test images: PSNR (dB) 12.5" in said
    (home / "out/training/plain/record.json").rename(here / "kept.json")
    try:
        assert "training: unknown" in call("info", "-m", "copy.keras").stdout
        result = call("reconstruct", "a.png", "-m", "copy.keras")
    finally:
        (here / "kept.json").rename(home / "out/training/plain/record.json")
    assert "is unknown: the evaluation of the model is not here" in result.stderr


def test_a_model_from_elsewhere_that_changes_nothing(here: Path) -> None:
    import keras

    same = keras.layers.Activation("linear")
    keras.Sequential([keras.Input((28, 28, 1)), same]).save(here / "own.keras")
    rng = np.random.default_rng(0)
    Image.fromarray(rng.integers(200, 256, (300, 310), np.uint8)).save("page.png")
    result = call("denoise", "a.png", "page.png", "-m", "own.keras", "-o", "out")
    assert "page.png: taken as a page" in result.stderr
    assert "page.png: dark on light" in result.stderr
    for name in ("a.png", "page.png"):
        given, made = (np.asarray(Image.open(path)) for path in (name, f"out/{name}"))
        assert np.array_equal(given, made)
    refusal = call("encode", "a.png", "-m", "own.keras").exception
    assert "own.keras: has no layers `encoder` and `decoder`" in str(refusal)


def test_a_sheet_alone_writes_nothing_else(here: Path) -> None:
    assert call("denoise", "a.png", "--sheet", "sheet.png").exit_code == 0
    assert names(here) == ["a.png", "sheet.png"]
    assert Image.open("sheet.png").height == 3 * (2 * 30 + 2)


def test_help_needs_no_network_libraries() -> None:
    import subprocess
    import sys

    code = (
        "import sys; sys.argv = ['autoencoders', '--help']\n"
        "from mnist_autoencoders.use.commands.main import main\n"
        "try:\n    main()\nfinally:\n"
        "    slow = {'keras', 'tensorflow', 'mlflow', 'pandas', 'sklearn', 'scipy', 'dvc'}\n"
        "    print(sorted(slow & set(sys.modules)), file=sys.stderr)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "denoise" in result.stdout
    assert result.stderr.strip() == "[]"
