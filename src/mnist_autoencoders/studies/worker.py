"""The work of one point: a DVC experiment in a clone of its own, done once it is in the origin.

A worker may be killed at any moment, or frozen while another one does the same point. What decides
is the push of the experiment, which only the first one wins; the runs of all others are deleted.
"""

import json
import os
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from mnist_autoencoders.stagecraft.outputs import UNFINISHED, clear_unfinished
from mnist_autoencoders.studies import dvc_commands, origin, tied
from mnist_autoencoders.studies.origin import git
from mnist_autoencoders.studies.slots import Slot
from mnist_autoencoders.tracking.parameters import OFF

LONGEST_LOG = 500_000
"""Characters of the end of a log that are kept."""


@dataclass(frozen=True)
class Job:
    """A point for a worker: which experiment of which commit, and what it is tracked under.

    `name` is that of the experiment, `url` is the origin. With `cached`, outputs are pushed to the
    DVC remote too. `store` is the MLflow store, None for that of the worker; `parent` is the run of
    the study, None where nothing is tracked.
    """

    name: str
    study: str
    overrides: tuple[str, ...]
    target: str
    revision: str
    url: str
    cached: bool
    mlflow_experiment: str
    store: str | None
    parent: str | None


@dataclass
class Outcome:
    """How a point ended. `there`: it was done before; `lost`: another worker was faster.

    `seconds` are those of its parts; `log` is what was printed.
    """

    name: str
    status: Literal["done", "there", "lost", "failed"]
    log: str = ""
    seconds: dict[str, float] = field(default_factory=dict)


class _FailedError(Exception):
    """A command of an attempt ended with an error, which is in its log."""


def run_point(job: Job, slot: Slot) -> Outcome:
    """Do what is left to do of a point, however often that was tried before."""
    return _Attempt(job, slot).run()


class _Attempt:
    def __init__(self, job: Job, slot: Slot) -> None:
        self.job, self.slot = job, slot
        self.attempt = uuid.uuid4().hex[:12]
        self.outcome = Outcome(job.name, "failed")
        self.runs = None
        if job.parent is not None:
            from mnist_autoencoders.studies.runs import StudyRuns

            store = job.store or os.environ["MLFLOW_TRACKING_URI"]
            self.runs = StudyRuns(store, job.mlflow_experiment)

    def run(self) -> Outcome:
        job, outcome = self.job, self.outcome
        if origin.experiment(job.url, job.name):
            outcome.status = "there"
            return outcome
        with self._timed("fence"):
            if self.runs:
                # none of them is of an experiment that is in the origin: their attempts are dead
                self.runs.delete(job.name)
        with self._scratch() as folder:
            clone, log = folder / "clone", folder / "log"
            try:
                with self._timed("clone"):
                    self._clone(clone)
                with self._timed("run"):
                    self._reproduce(clone, log)
                with self._timed("track"):
                    self._track(clone, log)
                with self._timed("push"):
                    outcome.status = "done" if self._push(clone, log) else "lost"
                if self.runs:
                    if outcome.status == "done":
                        self.runs.keep_only(job.name, self.attempt)
                    else:
                        self.runs.delete(job.name, self.attempt)
            except _FailedError:
                if self.runs:
                    self.runs.delete(job.name, self.attempt)
            if log.exists():
                outcome.log = log.read_text("utf-8", "replace")[-LONGEST_LOG:]
        return outcome

    def _clone(self, clone: Path) -> None:
        git("clone", "--quiet", "--no-checkout", self.job.url, str(clone))
        git("checkout", "--quiet", "--detach", self.job.revision, folder=clone)
        config = f"[cache]\n    dir = {self.slot.cache}\n"
        (clone / ".dvc" / "config.local").write_text(config, encoding="utf-8")

    def _reproduce(self, clone: Path, log: Path) -> None:
        job = self.job
        # read again where the table of a study is made
        message = f"{job.study}: {' '.join(job.overrides)}\n\nAttempt: {self.attempt}\n"
        message += f"Threads: {self.slot.threads}\n"
        settings = [part for line in job.overrides for part in ("-S", line)]
        get = "pull" if job.cached else "checkout"
        commands = [
            # `exp run --pull` leaves out a folder that several stages write into
            [get, "--quiet", "--allow-missing", "--with-deps", job.target],
            ["exp", "run", "--name", job.name, "--message", message, *settings, job.target],
        ]
        self._python(clone, log, dvc_commands.__file__, json.dumps(commands))

    def _track(self, clone: Path, log: Path) -> None:
        """What the store has not taken yet, and what DVC did not run but had in its cache."""
        if self.runs is None:
            return
        waiting = clone / ".dvc" / "tmp" / "tracking"
        delivered = not (waiting.exists() and any(waiting.iterdir()))
        if delivered and self.runs.evaluated(self.job.name, self.attempt):
            return
        self._python(clone, log, "-m", "stages.sync", "--own")

    def _push(self, clone: Path, log: Path) -> bool:
        """Whether the experiment in the origin is that of this attempt."""
        job = self.job
        own = origin.experiment(str(clone), job.name)
        if own is None:
            log.open("a").write("DVC made no experiment\n")
            raise _FailedError
        outputs = [] if job.cached else ["--no-cache"]
        # it fails where another experiment of this name is there, or ends well: see what is there
        self._python(
            clone, log, "-m", "dvc", "exp", "push", *outputs, job.url, job.name, fails=True
        )
        there = origin.experiment(job.url, job.name)
        if there is None:
            raise _FailedError
        return there.commit == own.commit

    def _python(self, clone: Path, log: Path, *arguments: str, fails: bool = False) -> None:
        """Run Python in the clone; all of it ends with this process."""
        command = [sys.executable, tied.__file__, sys.executable, *arguments]
        with log.open("a", encoding="utf-8") as file:
            process = subprocess.Popen(
                command,
                cwd=clone,
                env=self._environment(clone),
                stdin=subprocess.PIPE,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=self.slot.take,
            )
            try:
                code = process.wait()
            finally:
                if process.stdin:
                    process.stdin.close()
        if code != 0 and not fails:
            raise _FailedError

    def _environment(self, clone: Path) -> dict[str, str]:
        job = self.job
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("DVC_")
        }
        environment |= {
            # stages are started as `python`
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
            # else each clone leaves a folder in the system's one for temporary files
            "DVC_SITE_CACHE_DIR": str(clone.parent / "site"),
            "DVC_EXP_NAME": job.name,
            "DVC_EXP_BASELINE_REV": job.revision,
            "GIT_TERMINAL_PROMPT": "0",
        }
        if job.store:
            environment["MLFLOW_TRACKING_URI"] = job.store
        if job.parent is None:
            environment["MLFLOW_TRACKING_URI"] = OFF
        else:
            from mnist_autoencoders.studies.runs import context

            tags = context(job.study, self.attempt, job.parent)
            environment["MLFLOW_RUN_CONTEXT"] = json.dumps(tags)
        return environment | self.slot.environment

    @contextmanager
    def _scratch(self) -> Iterator[Path]:
        """A folder that is removed afterwards; those of killed workers are removed first."""
        self.slot.folder.mkdir(parents=True, exist_ok=True)
        clear_unfinished(self.slot.folder)
        path = self.slot.folder / f"{UNFINISHED}{os.getpid()}-{self.job.name}-{self.attempt}"
        path.mkdir()
        try:
            yield path
        finally:
            shutil.rmtree(path, ignore_errors=True)

    @contextmanager
    def _timed(self, part: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self.outcome.seconds[part] = round(time.perf_counter() - start, 2)
