"""Every command of README.md and docs/, in the order of its page, on models that are shrunk.

Half an hour. The models and noises that pages name are there under their names, with a few hundred
images and one epoch. Servers run until their page ends.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mnist_autoencoders.stagecraft.terminal import say
from tests.documents import PAGES, Block, blocks
from tests.projects import ROOT, Project, copy_repository

MODELS = ("simple", "cnn", "denoising", "vae", "denoising_32", "denoising_dense", "hidden")
NOISES = ("gaussian", "gaussian_05", "gaussian_04", "speckle")

NOT_RUN = {
    "make test": "runs the tests",
    "make setup-gpu": "installs CUDA",
    "dvc exp run -S runtime.device=gpu": "needs a GPU",
    "sbatch workers.sh": "needs a cluster",
    "python -m stages.study log": "no point has failed",
    "python -m benchmarks.library": "needs all models of the library, and takes an hour",
}
"""Lines by how they begin, and why they are left out."""

WORKER = "python -m stages.study worker"

SERVERS = {"make ui": 5000, "mlflow models serve": 5001, "dask scheduler": 8786, WORKER: 0}
"""What serves until it is stopped, and at which port."""

WANTED = {
    "wider": "dvc exp run -q -n wider -S models.simple.code_size=20 scores",
    "EXPERIMENT": "dvc exp run -q -n EXPERIMENT -S models.simple.code_size=8 scores",
}
"""Experiments that pages speak of, and how one gets them."""

# `grep -q` would end what it reads from, which is then taken for a failure
PRELUDE = """
set -euo pipefail
make() { command make -o .venv/.installed-cpu "$@"; }
listens() { python -c "import socket; socket.create_connection(('127.0.0.1', $1))" 2>/dev/null; }
# each server is a group of processes
set -m
trap 'for job in $(jobs -p); do kill -- -$job || true; done; wait' EXIT
git switch -q main
git checkout -q .
dvc checkout -q
"""

POINT = "$(dvc exp list -A --name-only | grep code_size- | sort | head -n 1)"
"""A point of the study that pages name."""

QUEUE_ENDS = """
for i in $(seq 600); do
  dvc queue status | grep -E 'Queued|Running' >/dev/null || break
  sleep 2
done
test $(dvc queue status | grep -c Success) = 4
"""


def shrunk(project: Project) -> None:
    """One epoch of the models that pages name, and little of all else."""
    parameters = project.read_parameters()
    parameters["data"] |= {"source": "mnist-5k", "train_limit": 300, "test_limit": 60}
    parameters["noise_ladder"] |= {"train_images": 10, "test_images": 20}
    parameters["evaluation"] |= {"probe_images": 200, "generated": 100, "mixture": 3}
    parameters["evaluation"]["importance_samples"] = 2
    parameters["pca"] = {"components": [2, 4, 15, 32], "coded": [4, 15], "compared": 4}
    parameters["pca_decoder"] |= {"components": [2, 4], "epochs": 1}
    parameters["classifier"] |= {"filters": [4, 8], "epochs": 1}
    parameters["embedding"] |= {"model": "vae", "images": 60}
    parameters["noises"] = {name: parameters["noises"][name] for name in NOISES}
    parameters["models"] = {name: parameters["models"][name] for name in MODELS}
    for group in (parameters["models"], parameters["library"]["models"]):
        for model in group.values():
            model["epochs"] = 1
    for replicas in parameters["replicas"].values():
        replicas["models"] = [name for name in replicas["models"] if name == "simple"]
    study = parameters["studies"]["code_size"]
    study |= {"vary": {"simple": ["models.simple.code_size=2,3"]}, "seeds": [0]}
    parameters["studies"] = {"code_size": study}
    project.write_parameters(parameters)


def write_pictures(folder: Path) -> None:
    """What pages call the reader's own pictures: digits, and a sheet of them, dark on light."""
    many = np.load(folder / "data/clean/train_images.npy")
    images = many[:12]
    rng = np.random.default_rng(0)
    noisy = np.clip(images + rng.normal(0, 80, images.shape), 0, 255).astype(np.uint8)
    np.save(folder / "clean.npy", images)
    np.save(folder / "noisy.npy", noisy)
    for name, image in zip(("a", "b", "digit", "noisy"), (*images[:3], noisy[0])):
        Image.fromarray(image).save(folder / f"{name}.png")
    sheet = 255 - noisy.reshape(2, 6, 28, 28).swapaxes(1, 2).reshape(56, 168)
    Image.fromarray(np.tile(sheet, (6, 2))).save(folder / "scan.png")
    folders = {
        "scans": noisy,
        "digits": noisy,
        "folder/ones": many[:200],
        "folder/twos": many[100:],
    }
    for name, pictures in folders.items():
        (folder / name).mkdir(parents=True)
        for index, image in enumerate(pictures):
            Image.fromarray(image).save(folder / name / f"{index}.png")


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A clone in which the first command of README.md has run, of an origin."""
    project = copy_repository(tmp_path_factory.mktemp("clone"))
    folder = project.folder
    shrunk(project)
    (folder / ".venv").symlink_to(sys.prefix)
    # the folder has nothing else in a clone without studies
    (folder / "reports/studies").mkdir(parents=True)
    shutil.copy(ROOT / "reports/studies/README.md", folder / "reports/studies")
    origin = tmp_path_factory.mktemp("origin")
    project.run("git", "init", "-q", "--bare", str(origin))
    project.run("git", "remote", "add", "origin", str(origin))
    project.run("git", "checkout", "-q", "-b", "main")
    project.environment["MPLBACKEND"] = "Agg"
    project.run("make", "-o", ".venv/.installed-cpu", "repro")
    project.commit("results")
    project.run("git", "push", "-q", "-u", "origin", "main")
    write_pictures(folder)
    with (folder / ".git/info/exclude").open("a") as excluded:
        excluded.write(project.run("git", "ls-files", "-o", "--exclude-standard", "--directory"))
    return project


def line_here(line: str, project: Project, store: Path) -> list[str]:
    """What a line of a page becomes, with its words for the reader's own things filled in."""
    if any(line.startswith(begin) for begin in NOT_RUN):
        return []
    line = line.replace("/path/to/folder", str(project.folder / "folder"))
    line = line.replace("/mnt/shared/dvc", str(store))
    # a server that somebody has; workers do without one
    line = line.replace("http://mlflow.example:5000", "none")
    line = re.sub("code_size-[0-9a-f]{12}", POINT, line)
    for begin, port in SERVERS.items():
        if line.startswith(begin):
            served = f"({line.split(' #')[0]}) &"
            started = f"until listens {port}; do kill -0 $!; sleep 1; done"
            return [served, started] if port else [served]
    if line.startswith("git commit"):
        # as results of another machine would
        return ["echo >> README.md", line]
    return [line, QUEUE_ENDS] if line.startswith("dvc queue status") else [line]


def text_of(page: Path) -> str:
    """All commands of a page."""
    return "".join(block.text for block in blocks("sh") if block.page == page)


def script_of(page: Path, project: Project, store: Path) -> str:
    """A page's commands in their order, each behind a line that says where it stands."""
    lines = [PRELUDE]
    text = text_of(page)
    for name, how in WANTED.items():
        if re.search(rf"\b{name}\b", text) and f"-n {name}" not in text:
            lines += [f"dvc exp list -A --name-only | grep -x {name} >/dev/null || {how}"]
    for block in blocks("sh"):
        if block.page == page:
            for number, line in enumerate(block.text.splitlines(), start=block.line + 1):
                there = line_here(line, project, store)
                lines += [f"echo '+++ {page.name}:{number}'", *there] if there else []
    return "\n".join(lines)


@pytest.mark.parametrize(
    "page",
    [page for page in PAGES if text_of(page)],
    ids=lambda page: page.relative_to(ROOT).as_posix(),
)
def test_the_commands_of_a_page(page: Path, reader: Project, tmp_path: Path) -> None:
    script = script_of(page, reader, tmp_path / "store")
    result = subprocess.run(
        ["bash", "-c", script],
        cwd=reader.folder,
        env=reader.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout[-6000:]
    say(f"{page.name}: {result.stdout.count('+++ ')} commands")
    for named in re.findall(r"(?:-o|>) (\S+\.\w+|cleaned|exported)", text_of(page)):
        assert (reader.folder / named).exists(), named


@pytest.mark.parametrize("block", blocks("python"), ids=lambda block: block.place)
def test_python_of_a_page(block: Block, reader: Project) -> None:
    reader.run(sys.executable, "-c", block.text)
