"""A store that is required has to answer, and no word about one tells its password."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from mlflow.exceptions import MlflowException
from pydantic import ValidationError

from mnist_autoencoders.stagecraft.parameters import read
from mnist_autoencoders.stagecraft.terminal import UserError, say, warn
from mnist_autoencoders.tracking import required, store
from mnist_autoencoders.tracking.parameters import TrackingParameters
from mnist_autoencoders.tracking.required import require_store
from tests.projects import ROOT
from tests.stores import PASSWORD, failing_server


@pytest.mark.parametrize("how", ["dead", "500", "507", "hanging"])
def test_a_required_store_that_does_not_answer_is_refused_soon(
    how: str, tracking: TrackingParameters, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(required, "ANSWER", 1.0)
    start = time.monotonic()
    with failing_server(how) as uri:
        wanted = tracking.model_copy(update={"uri": uri, "required": True})
        with pytest.raises(UserError, match=r"tracking\.required is true, but the MLflow") as error:
            require_store(wanted)
    assert time.monotonic() - start < 10
    assert PASSWORD not in str(error.value)
    require_store(tracking.model_copy(update={"required": True}))


def test_required_and_none_exclude_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValidationError, match=r"true does not go with tracking\.uri: none"):
        TrackingParameters(uri="none", required=True)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "none")
    with pytest.raises(UserError, match="but MLFLOW_TRACKING_URI is none: set one"):
        require_store(TrackingParameters(required=True))


@pytest.mark.parametrize(
    "wrong",
    [
        {"uri": [f"http://me:{PASSWORD}@host"]},
        f"http://me:{PASSWORD}@host",
        # whose middle is left out
        f"http://me:{PASSWORD}{'x' * 100}@host",
    ],
    ids=["a list", "no mapping", "a long one"],
)
def test_a_refused_address_is_printed_without_its_password(
    wrong: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = (ROOT / "params.yaml").read_text()
    (tmp_path / "params.yaml").write_text(
        content[: content.index("\ntracking:")] + f"\ntracking: {json.dumps(wrong)}\n"
    )
    with pytest.raises(UserError) as error:
        read("tracking", TrackingParameters, tmp_path / "params.yaml")
    assert PASSWORD not in str(error.value)
    assert "(it is " in str(error.value)
    for tell in (say, warn):
        tell(f"the store is http://me:{PASSWORD}@host/path")
    said = "".join(capsys.readouterr())
    assert said.count("http://host/path") == 2


def test_an_error_of_the_database_has_no_password() -> None:
    error = MlflowException(f"could not connect to postgresql://me:{PASSWORD}@host/runs\nand more")
    assert store.what_happened(error) == "could not connect to postgresql://host/runs"
