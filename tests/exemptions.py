"""What stages may use though no list of dvc.yaml has it, or list unused, with the reasons."""

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatch

PACKAGE = "src/mnist_autoencoders"


@dataclass(frozen=True)
class Exemption:
    """Something that certain stages may use unlisted, or list unused; `stage` is a pattern."""

    stage: str
    entry: str
    reason: str


UNLISTED = (
    Exemption("*", "stages/__init__.py", "finds the packages, for every command"),
    Exemption("*", f"{PACKAGE}/stagecraft", "paths, messages, signals: they shape no output"),
    Exemption("train@*", f"{PACKAGE}/tracking", "what it writes goes to MLflow"),
    Exemption("train@*", "mlartifacts", "the MLflow store, which no stage reads"),
    Exemption("train@*", "mlflow.db", "the MLflow store, which no stage reads"),
    Exemption("train@*", "tracking", "where the MLflow store is"),
    Exemption("train@*", "runtime.resume", "the same bits with and without"),
    Exemption("evaluate*", f"{PACKAGE}/tracking", "what it writes goes to MLflow"),
    Exemption("evaluate*", "tracking", "where the MLflow store is"),
    Exemption("register", f"{PACKAGE}/tracking", "what it writes goes to MLflow"),
    Exemption("register", "mlartifacts", "the MLflow store, which no stage reads"),
    Exemption("register", "tracking", "where the MLflow store is"),
    Exemption(
        "replicate_*",
        f"{PACKAGE}/model_kinds",
        "a replica depends on its model's record, which holds the digest of the kind",
    ),
    Exemption("replicate_*", f"{PACKAGE}/tracking", "what it writes goes to MLflow"),
    Exemption("replicate_*", f"{PACKAGE}/timings", "measures for MLflow, and keeps nothing"),
    Exemption("replicate_*", "mlartifacts", "the MLflow store, which no stage reads"),
    Exemption("replicate_*", "tracking", "where the MLflow store is"),
    Exemption("replicate_*", "runtime.resume", "the same bits with and without"),
    Exemption("train@*", f"{PACKAGE}/timings", "writes what depends on the clock: the next line"),
    Exemption("train@*", "reports/timings", "no hash may depend on the clock: the page shows it"),
)
"""What stages use, read or write though no list has it: nothing that is hashed depends on it."""

COMPARED = "studies are compared with the digests of the code that trains and evaluates"

UNUSED = (
    *(
        Exemption("plot_studies", entry, COMPARED)
        for entry in (
            *("stages/evaluate.py", "stages/train.py", f"{PACKAGE}/binarise.py"),
            *(f"{PACKAGE}/{name}" for name in ("backend", "components", "dataset", "evaluation")),
            *(f"{PACKAGE}/{name}" for name in ("judge", "measures", "model_kinds", "models")),
            *(f"{PACKAGE}/{name}" for name in ("montage.py", "networks", "noise", "training")),
            *(f"{PACKAGE}/{name}" for name in ("noise_ladder/read.py", "strange_images")),
        )
    ),
    Exemption("prepare", "out/valid.txt", "orders: nothing works before params.yaml is checked"),
    Exemption(
        "replicate_*@simple-*",
        "out/training/simple/record.json",
        "holds the digests of what has no list: images of the model, its kind of network",
    ),
)
"""What stages list though they do not read it."""


def exempt(exemptions: Iterable[Exemption], stage: str) -> list[str]:
    """The entries of those that hold for a stage."""
    return [each.entry for each in exemptions if fnmatch(stage, each.stage)]
