"""docs/architecture.md names every room, and every command of stages/."""

import re

from ruamel.yaml import YAML

from tests.projects import ROOT

PAGE = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
NAMED = {*re.findall(r"`([^`]+)`", PAGE.partition("## The rules")[0])}


def test_every_room_is_there() -> None:
    package = ROOT / "src/mnist_autoencoders"
    rooms = {path.name for path in package.iterdir() if not path.name.startswith("__")}
    assert rooms - NAMED == set()


def test_every_stage_is_there_and_what_starts_the_other_commands() -> None:
    stages = {*YAML(typ="safe").load(ROOT / "dvc.yaml")["stages"]}
    assert stages - NAMED == set()
    others = {path.stem for path in (ROOT / "stages").glob("[a-z]*.py")} - stages
    started = {name for name in others if NAMED & {f"make {name}", f"python -m stages.{name}"}}
    assert others - started == set()
