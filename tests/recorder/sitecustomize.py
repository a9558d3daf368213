"""Records what the stages of a pipeline touch: an audit hook, installed as Python starts.

Python imports this where its folder is in PYTHONPATH. A stage, and processes that it starts, then
append lines to the file that STAGE_RECORD names: the stage, what it did, to what, with tabs between
them. `read` and `write` name a file in the repository, `list` a folder, `parameter` a key of
params.yaml. Stages that start warm are forks of a process that has the hook; what that one does
before is recorded as of the stage `warm`.
"""

import os
import sys
from pathlib import Path
from typing import Any


def record(file: str) -> None:
    """Install the hook: each thing that a stage does in this process is recorded once."""
    repository = Path.cwd()
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    known: set[str] = set()

    def note(action: str, what: str) -> None:
        line = f"{os.environ.get('DVC_STAGE', 'warm')}\t{action}\t{what}\n"
        if line not in known:
            known.add(line)
            # one short write at the end: the lines of several processes do not mix
            os.write(descriptor, line.encode())

    def note_path(action: str, path: Any) -> None:
        # a number is an open file
        if isinstance(path, (str, bytes, os.PathLike)):
            full = repository / os.fsdecode(path)
            if not full.is_relative_to(repository) or full == repository:
                return
            # a folder that is removed is opened by a name that is not relative to here
            if action != "read" or full.is_file():
                note(action, full.relative_to(repository).as_posix())

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        match event, arguments:
            case "open", (path, _, flags):
                note_path("write" if flags & (os.O_WRONLY | os.O_RDWR) else "read", path)
            case "os.listdir" | "os.scandir", (path,):
                note_path("list", path)
            case "os.rename", (_, path, *_):
                note_path("write", path)
            case "exec", (code,):
                note_path("read", code.co_filename)
            # `stagecraft.parameters.READ`, which is not imported yet
            case "mnist_autoencoders.parameters.read", (key,):
                note("parameter", key)

    sys.addaudithook(hook)


# `pipeline.warm.SERVER` is given to Python as its program
starts_stages = any("warm.serve_and_run" in argument for argument in sys.orig_argv)
if "STAGE_RECORD" in os.environ and ("DVC_STAGE" in os.environ or starts_stages):
    record(os.environ["STAGE_RECORD"])
