"""What an edit re-runs: `python -m tests.edits` prints it as a table, a minute or two.

`dvc status` says which stages are out of date after the edit, in a copy of this repository whose
outputs are placeholders that DVC takes for results. Nothing runs.
"""

import tempfile
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from itertools import groupby
from pathlib import Path
from typing import Any

from dvc.repo import Repo

import stages  # noqa: F401  puts src/ on the path
from tests.projects import Project, copy_repository

PACKAGE = "src/mnist_autoencoders"
SMALL = {"kind": "dense", "input": "clean", "code_size": 2}

FILES = {
    "a new kind of noise": f"{PACKAGE}/noise_kinds/new.py",
    "a kind of noise": f"{PACKAGE}/noise_kinds/gaussian.py",
    "what all noises share": f"{PACKAGE}/noise/noise.py",
    "a new kind of network": f"{PACKAGE}/model_kinds/new.py",
    "a kind of network": f"{PACKAGE}/model_kinds/strided.py",
    "the training loop": f"{PACKAGE}/training/loop.py",
    "a filter": f"{PACKAGE}/baselines/filters/methods.py",
    "the t-SNE": f"{PACKAGE}/embedding/tsne.py",
    "the scores of images": f"{PACKAGE}/measures/scores.py",
    "a published figure": f"{PACKAGE}/published/systems.yaml",
    "a claim": f"{PACKAGE}/claims/denoising.py",
    "a figure": f"{PACKAGE}/figures/draw.py",
    "the page": f"{PACKAGE}/page/templates/index.html.jinja",
    "timings": f"{PACKAGE}/timings/timing.py",
    "the laboratory": f"{PACKAGE}/laboratory/scripts/code.js",
    "the card of a registered model": f"{PACKAGE}/registry/card.py",
    "the figures of `dvc exp show`": f"{PACKAGE}/headlines/headlines.py",
    "the command `autoencoders`": f"{PACKAGE}/use/windows.py",
    "an export": f"{PACKAGE}/export/formats.py",
    "what MLflow is told": f"{PACKAGE}/tracking/runs.py",
    "messages": f"{PACKAGE}/stagecraft/terminal.py",
}
"""What is edited, and the file: a line is appended, which makes a new one."""

PARAMETERS: dict[str, Any] = {
    "noises.new": {"kind": "gaussian", "factor": 0.3},
    "noises.speckle.factor": 0.5,
    "noise_ladder.strengths.tones": [0.5],
    "models.new": SMALL,
    "models.simple.epochs": 3,
    "replicas.dense.seeds": [1],
    "filters.median": [3, 5],
    "evaluation.code_bits": [4],
    "embedding.model": "simple",
    "claims.close": 0.5,
    "laboratory.images": 100,
    "tracking.experiment": "new",
}
"""What is set in params.yaml."""


def place_outputs(project: Project) -> None:
    """Put a file in the place of each output, and have DVC take them for results."""
    with Repo() as repo:
        places = [
            place.def_path for stage in repo.index.stages for place in (*stage.outs, *stage.deps)
        ]
    for place in sorted({*places}, reverse=True):
        path = project.folder / place
        if not path.exists():
            path = path if path.suffix else path / "placeholder"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(place)
    project.run("dvc", "commit", "--force")


@contextmanager
def edited_file(path: Path) -> Iterator[None]:
    before = path.read_bytes() if path.exists() else None
    path.write_bytes((before or b"") + b"\n")
    yield
    if before is None:
        path.unlink()
    else:
        path.write_bytes(before)


@contextmanager
def edited_parameters(project: Project, key: str, value: Any) -> Iterator[None]:
    before = (project.folder / "params.yaml").read_bytes()
    parameters = project.read_parameters()
    *above, last = key.split(".")
    section = parameters
    for part in above:
        section = section[part]
    section[last] = value
    project.write_parameters(parameters)
    yield
    (project.folder / "params.yaml").write_bytes(before)


def row(what: str) -> str:
    """A line of the table: the stages that are out of date, and those that come after them."""
    with Repo() as repo:
        changed = {*repo.status()}
        following: dict[str, set[str]] = {stage.addressing: set() for stage in repo.index.stages}
        for stage, before in repo.index.graph.edges:
            following[before.addressing].add(stage.addressing)
    # whatever is valid, the output of `validate` is the same
    after, left = set[str](), changed - {"validate"}
    while left:
        new = following[left.pop()] - after
        after |= new
        left |= new
    of_all = sorted(following)
    return f"| {what} | {in_words(changed, of_all)} | {in_words(after - changed, of_all)} |"


def in_words(chosen: set[str], of_all: list[str]) -> str:
    """Stages by name; of many entries of one, their number."""
    words = []
    for name, group in groupby(of_all, key=lambda stage: stage.partition("@")[0]):
        entries = [*group]
        here = [stage for stage in entries if stage in chosen]
        if len(here) > 3:
            words.append(f"{name} ({'all' if here == entries else len(here)} of {len(entries)})")
        else:
            words += here
    return ", ".join(words) or "nothing"


def main() -> None:
    # DVC names stages by where one is
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        project = copy_repository(Path(folder))
        place_outputs(project)
        print("| edit of | re-runs | then, where outputs differ |\n|---|---|---|")
        print(row("nothing"), flush=True)
        for what, file in FILES.items():
            with edited_file(project.folder / file):
                print(row(f"{what}: `{file.removeprefix(f'{PACKAGE}/')}`"), flush=True)
        for key, value in PARAMETERS.items():
            with edited_parameters(project, key, value):
                print(row(f"`{key}`"), flush=True)


if __name__ == "__main__":
    main()
