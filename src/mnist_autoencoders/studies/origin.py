"""The git repository that the workers of a study share; an experiment is done once it is there."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from mnist_autoencoders.stagecraft.terminal import UserError, for_people, shown

SHAPING = ("dvc.yaml", "params.yaml", "src", "stages")
"""What has to be committed: an experiment is of a commit."""


@dataclass(frozen=True)
class Reference:
    """A DVC experiment in a repository: its git reference, and the commit that this names."""

    path: str
    commit: str


def git(*arguments: str, folder: Path | None = None) -> str:
    """What git prints; `UserError` with what it complains of."""
    result = subprocess.run(
        ["git", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    if result.returncode != 0:
        raise UserError(f"git {arguments[0]}: {shown(for_people(result.stderr.strip()), 500)}")
    return result.stdout


def experiments(url: str) -> dict[str, Reference]:
    """The DVC experiments in a repository by name, of whatever revision."""
    found: dict[str, Reference] = {}
    for line in _references(url, "refs/exps/*"):
        commit, path = line.split("\t")
        # refs/exps/<two digits>/<38 digits>/<name>; others are DVC's own
        parts = path.split("/")
        if len(parts) == 5 and len(parts[2]) == 2:
            found.setdefault(parts[4], Reference(path, commit))
    return found


def experiment(url: str, name: str) -> Reference | None:
    """The DVC experiment of that name in a repository."""
    lines = [line.split("\t") for line in _references(url, f"refs/exps/*/{name}")]
    return Reference(lines[0][1], lines[0][0]) if lines else None


def committed_head(remote: str | None) -> tuple[str, str]:
    """The revision that workers are to check out, and the address of the repository to get it from.

    That is `remote`, a name or an address, or, for workers of this machine, this repository.
    Raises `UserError` if what shapes results is not committed, or the remote lacks it.
    """
    changed = git("status", "--porcelain", "--", *SHAPING).splitlines()
    if changed:
        names = ", ".join(line[3:] for line in changed[:5])
        more = f" and {len(changed) - 5} more" if len(changed) > 5 else ""
        raise UserError(
            f"not committed: {names}{more}. The points of a study are experiments of a commit: "
            "commit or stash it"
        )
    head = git("rev-parse", "HEAD").strip()
    if remote is None:
        return head, str(Path(git("rev-parse", "--show-toplevel").strip()).resolve())
    url = _address(remote)
    if not _has(url, head):
        raise UserError(
            f"the commit {head[:7]} is not in {shown(for_people(url), 200)}, where the workers get "
            "it: `git push` it"
        )
    return head, url


def fetch(url: str, references: list[Reference]) -> None:
    """Copy experiments into this repository; `dvc exp show` has them then."""
    for start in range(0, len(references), 500):
        part = references[start : start + 500]
        git("fetch", "--quiet", "--no-tags", url, *(f"+{each.path}:{each.path}" for each in part))


def _references(url: str, pattern: str) -> list[str]:
    return git("ls-remote", url, pattern).splitlines()


def _address(remote: str) -> str:
    known = git("remote").split()
    url = git("remote", "get-url", remote).strip() if remote in known else remote
    # a folder is the same one to workers that start elsewhere
    return str(Path(url).resolve()) if Path(url).is_dir() else url


def _has(url: str, head: str) -> bool:
    for line in _references(url, "refs/heads/*"):
        tip = line.split("\t")[0]
        if tip == head:
            return True
        ancestor = ["git", "merge-base", "--is-ancestor", head, tip]
        if subprocess.run(ancestor, capture_output=True, check=False).returncode == 0:
            return True
    return False
