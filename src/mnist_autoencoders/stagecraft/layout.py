"""Where things lie; the paths below are relative to the repository, and in `dvc.yaml` too."""

import os
from pathlib import Path

PARAMETERS = Path("params.yaml")
DATA = Path("data")
VALID = Path("out/valid.txt")
CLEAN = DATA / "clean"
TRAINING = Path("out/training")
EVALUATION = Path("out/evaluation")
NOISE_LADDER = Path("out/noise_ladder")
CLASSIFIER = Path("out/classifier")
PCA = Path("out/pca")
PCA_DECODER = Path("out/pca_decoder")
CODECS = Path("out/codecs")
FILTERS = Path("out/filters")
LEARNT_DENOISERS = Path("out/learnt_denoisers")
PIXEL_PLANES = Path("out/embedding/pixels")
CODE_PLANE = Path("out/embedding/codes")
LABORATORY = Path("out/laboratory")
REPORTS = Path("reports")
METRICS = REPORTS / "metrics"
SCORES = REPORTS / "scores.json"
"""The few of them that DVC lists."""

TIMINGS = REPORTS / "timings"
NOISE_PREVIEWS = REPORTS / "noise"
FIGURES = REPORTS / "figures"
TABLES = REPORTS / "tables"
STUDIES = REPORTS / "studies"
"""Tables of studies, which no stage writes."""

STUDY_FIGURES = REPORTS / "study_figures"
CLAIMS = REPORTS / "claims"
"""Without the ending: a `.csv` and a `.md` file."""

PAGE = REPORTS / "index.html"
CHAMPIONS = REPORTS / "registry.json"


TEMPORARY = Path(".dvc/tmp")
"""What no result is in, below the repository; DVC and git ignore it."""

CHECKPOINTS = TEMPORARY / "checkpoints"
STUDY_WORK = TEMPORARY / "studies"


def replica(model: str, seed: int) -> str:
    """The name of what a training of a model with another seed leaves; no model has a hyphen."""
    return f"{model}-{seed}"


def repository() -> Path:
    """The root of the user's repository.

    DVC names it in `DVC_ROOT`, also to an isolated run, whose working folder is a copy that
    disappears; without DVC it is the working folder.
    """
    return Path(os.environ.get("DVC_ROOT", ".")).resolve()
