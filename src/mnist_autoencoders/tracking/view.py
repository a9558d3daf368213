"""The view of the runs that `make ui` opens: the columns that matter, in front."""

import json
from urllib.parse import urlencode

from mnist_autoencoders.tracking.store import Store

KEY = "mnist-autoencoders"
"""Name of the view, which is a tag of the experiment, as those that the UI's `Share` makes."""

TAG = f"mlflow.sharedViewState.{KEY}"

COLUMNS = [
    "metrics.`val_loss`",
    "metrics.`test_psnr`",
    "metrics.`test_ssim`",
    "metrics.`test_codes_knn_accuracy`",
    "metrics.`test_generation_standard_normal_frechet`",
    "metrics.`seconds`",
    "params.`input`",
    "params.`kind`",
    "params.`code_size`",
    "params.`epochs`",
    "tags.`dvc.experiment`",
    "tags.`study`",
    "attributes.`Description`",
    "attributes.`Models`",
]
"""In the UI's notation, in this order after the name and the time."""


def save_view(store: Store, experiment: str) -> None:
    """Keep the view in the store; what a person has chosen in their browser stays as it is."""
    state = {
        "orderByKey": "attributes.start_time",
        "orderByAsc": False,
        "selectedColumns": COLUMNS,
        "columnOrder": ["attributes.`Run Name`", "attributes.`Created`", *COLUMNS],
        "runsHiddenMode": "FIRST_20_RUNS",
    }
    store.client.set_experiment_tag(experiment, TAG, json.dumps(state))


def address(server: str, experiment: str) -> str:
    """Where the UI of a server shows the view."""
    query = urlencode({"workflowType": "machine_learning", "viewStateShareKey": KEY})
    return f"{server}/#/experiments/{experiment}/runs?{query}"
