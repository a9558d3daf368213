"""What of the repository shapes the figures of a model: code, commands, parameters, images."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from mnist_autoencoders.stagecraft.layout import CLEAN
from mnist_autoencoders.stagecraft.terminal import UserError
from mnist_autoencoders.studies.code import digests
from mnist_autoencoders.studies.origin import git

if TYPE_CHECKING:
    from dvc.dependency import Dependency
    from dvc.stage import Stage

CODE = ("src/", "stages/")

LOCK = "dvc.lock"

CONSTANT = "validate"
"""A stage whose output never changes."""

IMAGES = "prepare"
"""The stage that makes the images."""


@dataclass(frozen=True)
class Shaping:
    """`digest` is of all that shapes the figures, the images of the committed dvc.lock included;
    `code` has the digests by path of what trains and evaluates."""

    digest: str
    code: dict[str, str]


def shaping_of(model: str) -> Shaping:
    """What DVC's stages up to `evaluate@<model>` depend on, but for outputs of each other.

    So the digest stays the same where other models, figures or documents change. Images that the
    committed dvc.lock has of the present code count by their own digest, not by how they are made.
    """
    from dvc.dependency.param import ParamsDependency
    from dvc.exceptions import DvcException
    from dvc.repo import Repo

    names = f"train@{model}", f"evaluate@{model}"
    paths: dict[str, set[str]] = {}
    parameters: dict[str, Any] = {}
    committed = _entry(lambda: git("show", f"HEAD:{LOCK}"))
    as_committed = committed and committed == _entry(Path(LOCK).read_text)
    try:
        with Repo() as repo:
            stages = repo.stage.collect(names[1], with_deps=True)
            for stage in stages:
                if stage.addressing == CONSTANT:
                    continue
                if stage.addressing == IMAGES and as_committed and _up_to_date(stage):
                    continue
                paths[stage.addressing] = set()
                for dependency in _code_and_parameters(stage):
                    if isinstance(dependency, ParamsDependency):
                        parameters |= dependency.read_params()
                    else:
                        paths[stage.addressing].add(dependency.def_path)
            commands = [stage.cmd for stage in stages]
    except DvcException as error:
        raise UserError(str(error)) from error
    every = digests(set().union(*paths.values()))
    images = [out["md5"] for out in committed.get("outs", []) if out["path"] == str(CLEAN)]
    content = [sorted(commands), parameters, every, images]
    return Shaping(
        digest=hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest(),
        code={path: every[path] for path in sorted(paths[names[0]] | paths[names[1]])},
    )


def _code_and_parameters(stage: "Stage") -> "list[Dependency]":
    """What a stage depends on, but for outputs of other stages."""
    from dvc.dependency.param import ParamsDependency

    return [
        each
        for each in stage.deps
        if isinstance(each, ParamsDependency) or each.def_path.startswith(CODE)
    ]


def _up_to_date(stage: "Stage") -> bool:
    """Whether a stage's entry in dvc.lock is of the present command, code and parameters."""
    changed = any(each.status() for each in _code_and_parameters(stage))
    return not (stage.cmd_changed or changed)


def _entry(lock: Callable[[], str]) -> dict[str, Any]:
    """What a dvc.lock has of the images; nothing where there is none, or where it is broken."""
    try:
        entry: dict[str, Any] = YAML(typ="safe").load(lock())["stages"][IMAGES]
    except (UserError, OSError, YAMLError, KeyError, TypeError):
        return {}
    return entry
