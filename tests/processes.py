"""Commands at work in a project, and whether they still are."""

import signal
import subprocess

import psutil

from tests.projects import Project


def start(project: Project, *command: str) -> subprocess.Popen:
    """A command in a session of its own, as in a terminal; what it prints is a pipe."""
    return subprocess.Popen(
        command,
        cwd=project.folder,
        env=project.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        preexec_fn=hear_signals,
    )


def hear_signals() -> None:
    """To be called in a new process: tests in the background, or under nohup, ignore these."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def at_work(process: psutil.Process) -> bool:
    """What has ended may be a zombie for long, where its parent has ended too."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
