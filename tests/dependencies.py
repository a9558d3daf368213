"""What the stages use, against what dvc.yaml lists: the code they import, and what they touch."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

from dvc.parsing import DataResolver
from dvc.repo import Repo
from ruamel.yaml import YAML

from tests.exemptions import PACKAGE, UNLISTED, UNUSED, exempt
from tests.touched import CODE, PARAMETERS, Touched, is_in, is_marker, read_record

OUTS = ("outs", "metrics", "plots")
LISTS = ("deps", "params", *OUTS)
"""The lists of an entry of dvc.yaml."""


@dataclass(frozen=True)
class Stage:
    """A stage as DVC makes it of an entry of dvc.yaml; its outputs are those of all `OUTS`."""

    name: str
    file: str
    deps: list[str]
    params: list[str]
    outs: list[str]


class Pipeline:
    """A project's dvc.yaml and code, and what its stages touched if that was recorded."""

    def __init__(self, project: Path, record: Path | None = None) -> None:
        self.project = project
        self.touched = None if record is None else read_record(record)
        self.stages: dict[str, Any] = YAML(typ="safe").load(project / "dvc.yaml")["stages"]
        self.parameters: dict[str, Any] = YAML(typ="safe").load(project / PARAMETERS)
        self.repo = Repo(str(project))

    def problems(self, stages: dict[str, Any] | None = None) -> list[str]:
        """Where a stage and its lists differ; of all stages, or of such entries of dvc.yaml."""
        found = []
        for stage in self._resolve(stages or self.stages):
            differences = [*self._of_lists(stage), *self._of_code(stage)]
            if self.touched is not None:
                differences += self._of_touch(stage)
            found += [f"{stage.name} {difference}" for difference in differences]
        return sorted(found)

    def without_one_entry(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Each entry of each list of dvc.yaml, in words, and its stage without it.

        Of stages that are none with these parameters, as of replicas without seeds, nothing.
        """
        for name, definition in self.stages.items():
            if not self._resolve({name: definition}):
                continue
            body = definition.get("do", definition)
            for key in LISTS:
                for index, entry in enumerate(body.get(key, [])):
                    left = body | {key: body[key][:index] + body[key][index + 1 :]}
                    changed = left if body is definition else definition | {"do": left}
                    yield f"{name}: {key}: {entry}", {name: changed}

    def _resolve(self, stages: dict[str, Any]) -> list[Stage]:
        resolver = DataResolver(self.repo, str(self.project), {"stages": stages})
        return [
            Stage(
                name,
                _file(entry["cmd"]),
                _listed(entry, "deps"),
                _listed(entry, "params"),
                _listed(entry, *OUTS),
            )
            for name, entry in (resolver.resolve()["stages"] or {}).items()
        ]

    def _of_code(self, stage: Stage) -> Iterator[str]:
        used, unused = self._imported(stage), exempt(UNUSED, stage.name)
        listed = [dep for dep in stage.deps if is_in(dep, CODE)]
        for file in used:
            if not is_in(file, listed):
                yield f"imports {file}, which is in no dep"
        for dep in listed:
            for file in [] if is_in(dep, unused) else _files(self.project, dep):
                if file.endswith(".py") and not is_marker(file) and file not in used:
                    yield f"never imports {file} of the dep {dep}"

    @staticmethod
    def _of_lists(stage: Stage) -> Iterator[str]:
        for entries, separator in ((stage.deps, "/"), (stage.params, ".")):
            for entry in entries:
                others = [other for other in entries if other != entry]
                if is_in(entry, others, separator):
                    yield f"lists {entry} and what it is in"

    def _of_touch(self, stage: Stage) -> Iterator[str]:
        assert self.touched is not None
        touched = self.touched.get(stage.name, Touched())
        unlisted, unused = exempt(UNLISTED, stage.name), exempt(UNUSED, stage.name)

        # it may look for what killed ones left where it writes
        places = {PurePosixPath(out).parent.as_posix() for out in [*stage.outs, *unlisted]}
        for path in touched.read | touched.listed - places:
            if not is_in(path, [*stage.deps, *stage.outs, *unlisted]):
                yield f"reads {path}, which is in no dep"
        for dep in stage.deps:
            for path in self._data(dep):
                if not _any_in(self._read_alike(stage.name), path) and path not in unused:
                    yield f"never reads {path} of the dep {dep}"
        for path in set(unused) - {*stage.deps}:
            yield f"does not wait for {path}"

        for path in touched.written:
            if not is_in(path, [*stage.outs, *unlisted]):
                yield f"writes {path}, which is in no out"
        for out in stage.outs:
            if not _any_in(touched.written, out):
                yield f"never writes the out {out}"

        for key in touched.parameters:
            if not is_in(key, [*stage.params, *unlisted], "."):
                yield f"reads {key}, which is in no param"
        for param in stage.params:
            if not is_in(param, touched.parameters, "."):
                yield f"never reads the param {param}, or not all of it"

    def _data(self, dep: str) -> list[str]:
        """A dep that is no code, or the files in one that are none."""
        if not is_in(dep, CODE):
            return [dep]
        return [file for file in _files(self.project, dep) if not file.endswith(".py")]

    def _read_alike(self, name: str) -> set[str]:
        """What a stage read, or another of the same `foreach`: they have one list for all."""
        assert self.touched is not None
        group, all_read = name.partition("@")[0], set[str]()
        for other, touched in self.touched.items():
            if other.partition("@")[0] == group:
                all_read |= touched.read | touched.listed
        return all_read

    def _imported(self, stage: Stage) -> set[str]:
        """The files that a stage imports, and those do, but for exempt ones."""
        unlisted = exempt(UNLISTED, stage.name)
        found, left = set[str](), [stage.file, *self._kinds(stage)]
        while left:
            file = left.pop()
            if file not in found and not is_marker(file):
                found.add(file)
                left += _imports(self.project, file)
        return {file for file in found if not is_in(file, unlisted)}

    def _kinds(self, stage: Stage) -> list[str]:
        """The kinds that a stage imports by their names in params.yaml.

        Training with fresh noise imports a noise's kind as well, but need not list it: it depends
        on the noise's card, which holds a digest of the kind. A replica depends on the record of
        its model, which holds a digest of the kind of network.
        """
        match stage.name.split("@"):
            case ["validate"]:
                folders = [f"{PACKAGE}/noise_kinds", f"{PACKAGE}/model_kinds"]
                return [file for folder in folders for file in _files(self.project, folder)]
            case ["add_noise", noise]:
                return [f"{PACKAGE}/noise_kinds/{self.parameters['noises'][noise]['kind']}.py"]
            case ["learnt_denoisers"]:
                return _files(self.project, f"{PACKAGE}/noise_kinds")
            case ["noise_ladder", kind]:
                return [f"{PACKAGE}/noise_kinds/{kind}.py"]
            case ["train", model]:
                return [f"{PACKAGE}/model_kinds/{self.parameters['models'][model]['kind']}.py"]
        return []


@lru_cache
def _imports(project: Path, file: str) -> list[str]:
    """The files of a project that one of them imports, at its top or in a function."""
    names = set[str]()
    for node in ast.walk(ast.parse((project / file).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            # what is imported from a package may be a module of it
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    paths = [Path(base, *name.split(".")) for name in names for base in ("src", "")]
    files = [path.with_suffix(".py") for path in paths]
    return [path.as_posix() for path in files if (project / path).is_file()]


def _file(command: str) -> str:
    """What `python -m stages.train simple` runs: several stages may be one command."""
    module = command.split()[2]
    return f"{module.replace('.', '/')}.py"


def _listed(entry: dict[str, Any], *keys: str) -> list[str]:
    """The entries of these lists; one with options is a mapping with one key."""
    entries = [each for key in keys for each in entry.get(key, [])]
    return [each if isinstance(each, str) else next(iter(each)) for each in entries]


def _files(project: Path, entry: str) -> list[str]:
    """A file of a project, or those below a folder, but for what Python makes of them."""
    path = project / entry
    files = [path] if path.is_file() else [each for each in path.rglob("*") if each.is_file()]
    return [each.relative_to(project).as_posix() for each in files if each.suffix != ".pyc"]


def _any_in(paths: Iterable[str], entry: str) -> bool:
    return any(is_in(path, [entry]) for path in paths)
