"""Where the pipeline keeps its files, relative to the repository; `dvc.yaml` says the same."""

from pathlib import Path

PARAMETERS = Path("params.yaml")
DATA = Path("data")
VALID = Path("out/valid.txt")
CLEAN = DATA / "clean"
TRAINING = Path("out/training")
EVALUATION = Path("out/evaluation")
REPORTS = Path("reports")
METRICS = REPORTS / "metrics"
TIMINGS = REPORTS / "timings"
NOISE_PREVIEWS = REPORTS / "noise"
FIGURES = REPORTS / "figures"
TABLES = REPORTS / "tables"
PAGE = REPORTS / "index.html"
