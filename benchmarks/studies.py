"""`python -m benchmarks.studies`: what a study costs beside its trainings, and how that grows.

- `overhead`: the parts of a point beside a plain `dvc exp run` of the same, of the model `simple`
- `points`: a thousand points of a second each on eight workers: points a second, memory
- `experiments`: what git takes where a repository has ever more experiments

Writes reports/benchmarks/studies/. Needs the outputs of `make repro`; half an hour.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import pandas as pd
import psutil
import typer

from mnist_autoencoders.records import write_json, write_table
from mnist_autoencoders.stagecraft.outputs import new_file
from mnist_autoencoders.stagecraft.process import run, stage
from mnist_autoencoders.stagecraft.terminal import say
from mnist_autoencoders.studies import origin
from mnist_autoencoders.studies.crew import LOOPBACK, client_of
from mnist_autoencoders.studies.driver import drive
from mnist_autoencoders.studies.launch import local_cache
from mnist_autoencoders.studies.origin import git
from mnist_autoencoders.studies.slots import Slot
from mnist_autoencoders.studies.worker import Job, run_point
from mnist_autoencoders.timings.timing import processor

REPORTS = Path("reports/benchmarks/studies")

ROUNDS = 3

POINTS, SECONDS, WORKERS = 1000, 1.0, 8

EXPERIMENTS = (100, 1_000, 10_000, 100_000)

app = stage()


@app.command()
def main(
    part: Annotated[list[str] | None, typer.Argument(help="Any of the three.")] = None,
) -> None:
    """Measure all, or some parts."""
    measures: dict[str, Callable[[], pd.DataFrame]] = {
        "overhead": overhead,
        "points": points,
        "experiments": experiments,
    }
    for name in part or measures:
        table = measures[name]()
        with new_file(REPORTS / f"{name}.csv") as path:
            write_table(path, table.round(3))
        say(table.round(2).to_string(index=False))
    write_json(REPORTS / "machine.json", {"machine": f"{processor()}, {os.cpu_count()} cores"})


def overhead() -> pd.DataFrame:
    """Seconds of a plain `dvc exp run` and of the parts of a point, the median of `ROUNDS`.

    Both train and evaluate `simple` with another size of the code in each round, untracked, on
    one cache; each has a clone of its own, the plain one with all outputs at hand.
    """
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "clone"
        git("clone", "--quiet", ".", str(clone))
        local = f"[cache]\n    dir = {local_cache()}\n"
        (clone / ".dvc/config.local").write_text(local, encoding="utf-8")
        os.environ["MLFLOW_TRACKING_URI"] = "none"
        dvc = [sys.executable, "-m", "dvc"]
        subprocess.run([*dvc, "checkout", "-q", "--allow-missing"], cwd=clone, check=False)
        for number in range(ROUNDS):
            sizes = (f"models.simple.code_size={100 + 2 * number + side}" for side in (0, 1))
            start = time.perf_counter()
            plain = [*dvc, "exp", "run", "-q", "-S", next(sizes), "evaluate@simple"]
            subprocess.run(plain, cwd=clone, check=True)
            seconds = {"plain": time.perf_counter() - start}
            git("checkout", "--quiet", ".", folder=clone)
            job = Job(
                name=f"measured-{number}",
                study="measured",
                overrides=(next(sizes),),
                target="evaluate@simple",
                revision=git("rev-parse", "HEAD").strip(),
                url=str(clone),
                cached=False,
                mlflow_experiment="",
                store=None,
                parent=None,
            )
            start = time.perf_counter()
            outcome = run_point(job, Slot(Path(folder) / "work", local_cache()))
            assert outcome.status == "done", outcome.log
            seconds |= {f"point: {part}": value for part, value in outcome.seconds.items()}
            seconds["point"] = time.perf_counter() - start
            rows.append(seconds)
    parts = pd.DataFrame(rows)
    return pd.DataFrame({"part": list(parts), "seconds": [median(parts[name]) for name in parts]})


def points() -> pd.DataFrame:
    """Points a second, and memory of the scheduler and the driver, of `POINTS` that only wait."""

    def wait(job: dict[str, Any]) -> Any:
        import time

        from mnist_autoencoders.studies.worker import Outcome

        time.sleep(float(job["target"]))
        return Outcome(job["name"], "done")

    rows = []
    with _cluster() as (address, scheduler):
        client = client_of(address, 60)
        client.wait_for_workers(WORKERS)
        jobs = [_waiting(number) for number in range(POINTS)]
        start, before = time.perf_counter(), _megabytes(scheduler)
        peak = before
        for count, outcome in enumerate(drive(jobs, client, _lost, None, wait), start=1):
            assert outcome.status == "done", outcome.log
            peak = max(peak, _megabytes(scheduler))
            if count in (POINTS // 10, POINTS):
                seconds = time.perf_counter() - start
                rows.append(
                    {
                        "points": count,
                        "seconds": seconds,
                        "points_per_second": count / seconds,
                        "at_best": WORKERS / SECONDS,
                        "scheduler_mb_before": before,
                        "scheduler_mb": peak,
                        "driver_mb": _megabytes(psutil.Process()),
                    }
                )
        client.close()
    return pd.DataFrame(rows)


def experiments() -> pd.DataFrame:
    """Seconds of what the driver and the workers ask of a repository, by its experiments.

    Those with `dvc` are of DVC's commands, from a clone of this repository with one experiment.
    """
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "clone"
        git("clone", "--quiet", ".", str(clone))
        head = git("rev-parse", "HEAD").strip()
        git("update-ref", f"refs/exps/{head[:2]}/{head[2:]}/one", head, folder=clone)
        return pd.DataFrame([_repository_times(count, clone) for count in EXPERIMENTS])


def _repository_times(count: int, dvc: Path) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        path, clone = Path(folder) / "origin.git", Path(folder) / "clone"
        _repository(path, count)
        url, name = f"file://{path}", f"s-{count - 1:08}"
        sizes = [file.stat().st_size for file in path.rglob("*") if file.is_file()]
        one = f"+{_reference(name)}:{_reference(name)}"
        return {
            "experiments": count,
            "megabytes": sum(sizes) / 1e6,
            "list": _timed(origin.experiments, url),
            "look": _timed(origin.experiment, url, name),
            "clone": _timed(git, "clone", "--quiet", "--no-checkout", url, str(clone)),
            "fetch_one": _timed(git, "-C", str(clone), "fetch", "--quiet", url, one),
            "push_one": _timed(
                git, "-C", str(clone), "push", "--quiet", url, "HEAD:refs/exps/ff/ff/new"
            ),
            "dvc_push": _timed(_dvc, dvc, "push", "--quiet", "--no-cache", url, "one"),
            "dvc_list": _timed(_dvc, dvc, "list", "--all-commits", "--name-only", url),
        }


def _dvc(folder: Path, *arguments: str) -> None:
    command = [sys.executable, "-m", "dvc", "exp", *arguments]
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)


def _timed(work: Callable[..., object], *arguments: str | Path) -> float:
    start = time.perf_counter()
    work(*arguments)
    return time.perf_counter() - start


def _reference(name: str) -> str:
    return f"refs/exps/ab/{'c' * 38}/{name}"


def _repository(path: Path, count: int) -> None:
    """A bare repository with a branch and so many experiments, each a commit with its own file."""
    git("init", "--quiet", "--bare", "--initial-branch", "main", str(path))
    process = subprocess.Popen(
        ["git", "fast-import", "--quiet"], cwd=path, stdin=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    who = "committer a <a@localhost> 1700000000 +0000\ndata 1\nx\n"
    process.stdin.write(f"commit refs/heads/main\nmark :1\n{who}M 100644 inline f\ndata 1\n0\n")
    for number in range(count):
        text = f"{number}\n" * 200
        process.stdin.write(
            f"commit {_reference(f's-{number:08}')}\n{who}from :1\n"
            f"M 100644 inline metrics.json\ndata {len(text)}\n{text}\n"
        )
    process.stdin.close()
    assert process.wait() == 0
    # as a server that is looked after: one of files would be slower from thousands on
    git("pack-refs", "--all", folder=path)


@contextmanager
def _cluster() -> Iterator[tuple[str, psutil.Process]]:
    """The address of a scheduler of its own process, and that process, with `WORKERS` workers."""
    python = [sys.executable, "-m"]
    environment = os.environ | {"PYTHONPATH": str(Path("src").resolve())}
    port = 8799
    options = ["--host", LOOPBACK, "--port", str(port), "--no-dashboard", "--no-show"]
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    scheduler = subprocess.Popen([*python, "distributed.cli.dask_scheduler", *options], **quiet)
    address = f"tcp://{LOOPBACK}:{port}"
    workers = subprocess.Popen(
        [
            *(*python, "distributed.cli.dask_worker", address, "--nworkers", str(WORKERS)),
            *("--nthreads", "1", "--no-dashboard", "--host", LOOPBACK),
        ],
        env=environment,
        **quiet,
    )
    try:
        yield address, psutil.Process(scheduler.pid)
    finally:
        for process in (workers, scheduler):
            process.terminate()
            process.wait()


def _waiting(number: int) -> Job:
    return Job(f"s-{number}", "s", (), str(SECONDS), "", "", False, "", None, None)


def _megabytes(process: psutil.Process) -> float:
    megabytes: float = process.memory_info().rss / 2**20
    return megabytes


def _lost() -> Any:
    raise AssertionError("the scheduler is lost")


if __name__ == "__main__":
    run(app)
