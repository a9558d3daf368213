"""Stages that start cold: each a Python of its own, which ends with the one that waits for it."""

import os
import signal
import subprocess
import sys
from typing import Any

from mnist_autoencoders.pipeline.warm import COMMAND, STAGE_GRACE
from mnist_autoencoders.stagecraft.workers import end_with_parent


def run_command(executable: str, command: str, **options: Any) -> None:
    """What replaces `dvc.stage.run._run`, which leaves its stage at work where it is told to end.

    A command that is not as `dvc.yaml` has them runs in a shell as always.
    """
    from dvc.stage.exceptions import StageCmdFailedError
    from dvc.stage.run import _run

    if not COMMAND.fullmatch(command):
        _run(executable, command, **options)
        return
    parent = os.getpid()

    def tie() -> None:
        # Ctrl-C is left to the one that waits, as by warm stages
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        end_with_parent(parent, signal.SIGTERM)

    arguments = command.removeprefix("python ").split()
    with subprocess.Popen(
        [sys.executable, *arguments], cwd=options["cwd"], env=options["env"], preexec_fn=tie
    ) as process:
        try:
            code = process.wait()
        except SystemExit:
            process.terminate()
            try:
                process.wait(STAGE_GRACE)
            except subprocess.TimeoutExpired:
                process.kill()
            raise
    if code != 0:
        raise StageCmdFailedError(command, code)
