"""Whatever params.yaml holds is refused by key, shortly and soon, or taken as it is."""

import copy
import os
from pathlib import Path
from typing import Any

import dvc.utils.hydra  # noqa: F401, before what is timed
import pytest
from hypothesis import given
from ruamel.yaml import YAML

from mnist_autoencoders.parameters import Parameters, load_parameters
from mnist_autoencoders.pipeline.request import request
from mnist_autoencoders.stagecraft import yaml_file
from mnist_autoencoders.stagecraft.parameters import check, read
from mnist_autoencoders.stagecraft.schema import Name
from mnist_autoencoders.stagecraft.terminal import UserError, printable
from tests.hostile import MOST_CHARACTERS, PLACES, TEXT, TREE, few, folder, refused, texts, trees
from tests.projects import ROOT

FEW = few(60)


@FEW
@given(trees())
def test_values_are_taken_or_refused(tree: dict[str, Any]) -> None:
    refused(lambda: check(tree, Parameters, "params.yaml"))


@FEW
@given(texts())
def test_text_is_read_or_refused(content: bytes) -> None:
    with folder() as path:
        (path / "params.yaml").write_bytes(content)
        refused(lambda: load_parameters(path / "params.yaml"))
        assert [left.name for left in path.iterdir()] == ["params.yaml"]


def laughs(merged: bool) -> str:
    """A billion of what few lines hold."""
    lines = ["a0: &a0 {x: 1}"]
    for level in range(40):
        twice = f"[*a{level}, *a{level}]"
        lines.append(f"a{level + 1}: &a{level + 1} {{<<: {twice}}}" if merged else
                     f"a{level + 1}: &a{level + 1} {twice}")  # fmt: skip
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "has to hold keys with values"),
        (b"- 1", "has to hold keys with values"),
        (b"3", "has to hold keys with values"),
        (b"seed: \xff", "not valid YAML"),
        (b"seed: \0", "not valid YAML"),
        (b"seed: 1\nseed: 2", 'line 2: found duplicate key "seed"'),
        (b"seed: &a [*a]", "line 1: a value contains itself"),
        (laughs(merged=False).encode(), "more than 20,000 values, aliases counted out"),
        (laughs(merged=True).encode(), "more than 20,000 values, aliases counted out"),
        (b"seed: [" + b"1," * 30_000 + b"]", "more than 20,000 values"),
        (b"seed: " + b"[" * 100_000, "nested more than 30 deep"),
        (b"- " * 100_000, "nested more than 30 deep"),
        (b"1: 2", "line 1: the key 1 is no word; quote it"),
        (b"seed: 1\nnull: 2", "line 2: the key null is no word"),
        (b"2020-01-01: 2", "the key 2020-01-01 is no word"),
        (b"[1]: 2", "a key is a list or a mapping"),
        (b"seed: 2020-02-30", "2020-02-30 is taken for a `timestamp`"),
        (b"seed: !!python/object/apply:os.system [ls]", "`python/object/apply:os.system`"),
        (b"seed: !!set {a, b}", "is taken for a `set`"),
        (b"seed: " + b"9" * 5000, "a number of more than 100 characters"),
        (b"seed: 0x_", "not valid YAML: invalid literal for int()"),
        (b'seed: "\\U00110000"', "not valid YAML: chr() arg"),
        (b"seed: *a", "found undefined alias"),
        (b"a: 1\n---\nb: 2", "found another document"),
        (b"#" * 600_000, "600,000 bytes, at most 524,288 are read"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(
    tmp_path: Path, content: bytes, message: str
) -> None:
    path = tmp_path / "params.yaml"
    path.write_bytes(content)
    found = refused(lambda: load_parameters(path))
    assert found is not None
    assert message in found
    assert str(path) in found


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(UserError, match=f"{path}: is no file"):
            load_parameters(path)


def test_aliases_and_merged_keys_are_read(tmp_path: Path) -> None:
    text = "a: &a {x: 1, y: 2}\nb: *a\nc: {<<: *a, y: 3}"
    assert yaml_file.parse(text, "it") == {
        "a": {"x": 1, "y": 2},
        "b": {"x": 1, "y": 2},
        "c": {"x": 1, "y": 3},
    }
    path = tmp_path / "params.yaml"
    path.write_text("seed: 1\n")
    assert read("seed", int, path) == 1


def changed(place: str, value: Any) -> dict[str, Any]:
    """params.yaml with another value."""
    tree = copy.deepcopy(TREE)
    section, keys = tree, place.split(".")
    for key in keys[:-1]:
        section = section[key]
    section[keys[-1]] = value
    return tree


def message_of(tree: Any) -> str:
    message = refused(lambda: check(tree, Parameters, "params.yaml"))
    assert message is not None
    return message


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        ("noises", None, "noises: is missing or empty; for no noise write `noises: {}`"),
        ("models", None, "models: is missing or empty; write an entry for each model"),
        ("models", {}, "models: is missing or empty; write an entry for each model"),
        ("models.simple.batch_size", 2**63 - 1, "less than or equal to 1000000"),
        ("models.simple.images", 10**30, "less than or equal to 1000000"),
        ("models.simple.learning_rate", 1e30, "less than or equal to 1000000"),
        ("models.simple.code_l1", 1e30, "less than or equal to 1000000"),
        ("models.simple.l2", 1e300, "less than or equal to 1000000"),
        ("models.simple.weight_decay", 3.5e38, "less than or equal to 1000000"),
        ("models.simple.dropout", 1 - 1e-9, "less than or equal to 0.99"),
        ("models.simple.hidden", [8] * 31, "at most 30 items"),
        ("models.simple.hidden", [4096] * 20, "at most 50,000,000 are trained"),
        ("models.simple.early_stopping", {"patience": 10**9}, "less than or equal to 10000"),
        ("models.cnn.filters", [4096, 4096, 4096], "models.cnn.filters: about 604,053,504 weights"),
        ("models.vae.variational.beta", 1e300, "less than or equal to 1000000"),
        ("noises.gaussian.factor", 1e200, "noises.gaussian.factor: input should be less than or"),
        ("noises.blur.sigma", 1e6, "noises.blur.sigma: input should be less than or equal to 28"),
        ("noise_ladder.strengths.blur", [1e6], "noise_ladder.strengths.blur: input should be less"),
        ("noise_ladder.strengths.gaussian", [n / 100 for n in range(51)], "at most 50 items"),
        ("noise_ladder.test_images", 10**9, "less than or equal to 100000"),
        ("runtime.threads", 100_000, "runtime.threads: input should be less than or equal to 256"),
        ("evaluation.code_bits", [], "evaluation.code_bits: list should have at least 1 item"),
        ("evaluation.code_bits", [2, 2], "evaluation.code_bits: 2 is there twice"),
        ("evaluation.sample", 10**6, "less than or equal to 10000"),
        ("evaluation.generated", 10**9, "less than or equal to 100000"),
        ("evaluation.mixture", 10**6, "less than or equal to 100"),
        ("evaluation.importance_samples", 10**9, "less than or equal to 10000"),
        ("filters.gaussian", [0, 1e6], "filters.gaussian[1]: input should be less than or"),
        ("filters.median", [1, 2], "filters.median[1]: value error, has to be an odd"),
        ("filters.median", [1_000_001], "filters.median[0]: input should be less than 28"),
        ("filters.jpeg", [3.5], "filters.jpeg[0]: value error, has to be a whole number"),
        ("filters.jpeg", [0], "filters.jpeg[0]: input should be greater than or equal to 1"),
        ("filters.richardson_lucy", [10**9], "less than or equal to 10000"),
        ("filters.wavelet", [], "filters.wavelet: list should have at least 1 item"),
        ("filters.wiener", [1e-300], "filters.wiener[0]: input should be greater than"),
        ("learnt_denoisers.linear.images", 10**7, "less than or equal to 370000"),
        ("learnt_denoisers.posterior_mean.temperatures", [1e-300], "greater than or equal to"),
        ("learnt_denoisers.posterior_mean.kinds", ["gaussian"] * 2, "gaussian is there twice"),
        ("pca.components", [3, 3], "pca.components: 3 is there twice"),
        ("pca_decoder.components", [*range(1, 60)], "at most 50 items"),
        ("codecs.qualities", [5, 5], "codecs.qualities: 5 is there twice"),
        ("classifier.features", 4096, "classifier.features: input should be less than or equal"),
        ("embedding.perplexity", 20_000, "less than or equal to 500"),
        ("replicas.dense.seeds", [*range(1, 2000)], "at most 100 items"),
        ("replicas.dense.models", ["simple"] * 1000, "replicas.dense.models: simple is there"),
        ("claims.levels", [1.0] * 60, "at most 50 items"),
        ("data.source", "x" * 5000, "data.source: string should have at most 1000 characters"),
        ("data.train_limit", 10**30, "less than or equal to 1000000"),
    ],
)
def test_what_would_never_end_or_fit_is_refused_by_key(
    place: str, value: Any, message: str
) -> None:
    assert message in message_of(changed(place, value))


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("noises", {}),
        ("models.simple.batch_size", 1_000_000),
        ("models.simple.learning_rate", 1000),
        ("runtime.threads", 256),
        ("evaluation.code_bits", [8]),
        ("noises.blur.sigma", 28),
    ],
)
def test_what_is_odd_but_works_is_taken(place: str, value: Any) -> None:
    tree = changed(place, value)
    if place == "noises":
        clean = {name: part for name, part in tree["models"].items() if part["input"] == "clean"}
        tree["models"] = clean
        for replicas in tree["replicas"].values():
            replicas["models"] = [name for name in replicas["models"] if name in clean]
        tree["library"] = {}
    check(tree, Parameters, "params.yaml")


@pytest.mark.parametrize(
    "name",
    ["1", "1e5", "nan", "null", "true", "inf", "infinity", "no", "off", "y", "_a", "a b", "A", "é",
     "../x", "", "a" * 41, "a\n", "x\0", "ａ"],
)  # fmt: skip
def test_a_name_is_refused_that_is_none_for_others(name: str) -> None:
    with pytest.raises(UserError):
        check(name, Name, "params.yaml")
    for section in ("models", "noises"):
        tree = copy.deepcopy(TREE)
        tree[section][name] = next(iter(tree[section].values()))
        message = message_of(tree)
        assert f"{section}.{printable(name)[:30]}".replace("\n", " ") in message
        assert "name may only hold a-z, 0-9 and _" in message or "rename it" in message


def test_many_errors_and_large_values_are_cut_short() -> None:
    assert len(message_of(changed("models.simple.hidden", "x" * 10**6))) < 400
    message = message_of(changed("models.cnn.filters", [0] * 10_000))
    assert len(message) < MOST_CHARACTERS
    message = message_of(TREE | {f"key{number}": 1 for number in range(1000)})
    assert message.count("\n") == 21
    assert message.endswith("\n  and 980 more")
    assert len(message_of(TREE | {"k" * 10**6: 1})) < 400


def test_no_control_character_reaches_the_terminal() -> None:
    message = message_of(TREE | {"\x1b[31mred": "\x1b]0;title\x07"})
    assert "\x1b" not in message
    assert printable("a\x1b[2J\nb\u202ec\udc80é") == "a\\x1b[2J\nb\\u202ec\\udc80é"


STAGES = YAML(typ="safe", pure=True).load(ROOT / "dvc.yaml")["stages"].values()
LISTED = {
    key for stage in STAGES for key in stage.get("do", stage).get("params", ()) if "${" not in key
}
"""What DVC looks up in params.yaml for a stage, whose command has ended by then."""


@pytest.mark.parametrize("key", sorted(LISTED))
def test_a_key_that_dvc_needs_is_required(key: str) -> None:
    tree = copy.deepcopy(TREE)
    section, keys = tree, key.split(".")
    for part in keys[:-1]:
        section = section[part]
    del section[keys[-1]]
    assert f"{key}: is required" in message_of(tree) or f"{key}: is missing" in message_of(tree)
    assert tuple(keys) in PLACES


@pytest.mark.parametrize(
    "value",
    ["models=1", "noises=null", "models.simple=null", "seed=${nope}", "seed=" + "9" * 1999,
     "models.simple.hidden=" + "[" * 500 + "]" * 500, "a" * 10**5 + "=1", "+k=\ud800", "%=1", ""],
)  # fmt: skip
def test_an_option_that_cannot_be_set_changes_nothing(tmp_path: Path, value: str) -> None:
    path = tmp_path / "params.yaml"
    path.write_text(TEXT)
    message = refused(lambda: request([], [value], path))
    assert message is not None
    assert path.read_text() == TEXT
    assert [left.name for left in tmp_path.iterdir()] == ["params.yaml"]
