"""What of the repository shapes the figures of a model: code, commands, parameters, images."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML

from mnist_autoencoders.stagecraft.layout import CLEAN
from mnist_autoencoders.stagecraft.terminal import UserError
from mnist_autoencoders.studies.code import digests
from mnist_autoencoders.studies.origin import git

CODE = ("src/", "stages/")

LOCK = "dvc.lock"

CONSTANT = "validate"
"""A stage whose output never changes."""


@dataclass(frozen=True)
class Shaping:
    """`digest` is of all that shapes the figures, the images of the committed dvc.lock included;
    `code` has the digests by path of what trains and evaluates."""

    digest: str
    code: dict[str, str]


def shaping_of(model: str) -> Shaping:
    """What DVC's stages up to `evaluate@<model>` depend on, but for outputs of each other.

    So the digest stays the same where other models, figures or documents change.
    """
    from dvc.dependency.param import ParamsDependency
    from dvc.exceptions import DvcException
    from dvc.repo import Repo

    names = f"train@{model}", f"evaluate@{model}"
    paths: dict[str, set[str]] = {}
    parameters: dict[str, Any] = {}
    try:
        with Repo() as repo:
            stages = repo.stage.collect(names[1], with_deps=True)
            for stage in stages:
                if stage.addressing == CONSTANT:
                    continue
                paths[stage.addressing] = set()
                for dependency in stage.deps:
                    if isinstance(dependency, ParamsDependency):
                        parameters |= dependency.read_params()
                    elif dependency.def_path.startswith(CODE):
                        paths[stage.addressing].add(dependency.def_path)
            commands = [stage.cmd for stage in stages]
    except DvcException as error:
        raise UserError(str(error)) from error
    every = digests(set().union(*paths.values()))
    images = _images()
    content = [sorted(commands), parameters, every, images]
    return Shaping(
        digest=hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest(),
        code={path: every[path] for path in sorted(paths[names[0]] | paths[names[1]])},
    )


def _images() -> str | None:
    try:
        committed = YAML(typ="safe").load(git("show", f"HEAD:{LOCK}"))
        outputs = committed["stages"]["prepare"]["outs"]
        return next((str(out["md5"]) for out in outputs if out["path"] == str(CLEAN)), None)
    except (UserError, KeyError, TypeError):
        return None
