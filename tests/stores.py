"""Servers that fail as an MLflow store may, on this machine; and what a store holds of a run."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import PurePosixPath
from typing import Any

from mlflow import MlflowClient
from mlflow.entities import Run

PASSWORD = "geheim"


@contextmanager
def failing_server(how: str) -> Iterator[str]:
    """The address, with a password, of a store that is `dead`, `hanging`, or answers with a code.

    Whoever asks a hanging one is accepted and never answered.
    """
    if how in ("dead", "hanging"):
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            if how == "hanging":
                listener.listen(100)
            yield _address(listener.getsockname()[1])
        return

    class Failing(BaseHTTPRequestHandler):
        def _fail(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(int(how))
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST = do_PUT = do_PATCH = _fail  # noqa: N815

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Failing) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield _address(server.server_port)
        server.shutdown()


def _address(port: int) -> str:
    return f"http://somebody:{PASSWORD}@127.0.0.1:{port}"


def content(client: MlflowClient, run: Run) -> dict[str, Any]:
    """All that a store holds of a run, but for ids: each point, each picture, each model."""
    run = client.get_run(run.info.run_id)
    files = [file.path for file in client.list_artifacts(run.info.run_id, "images")]
    models = [client.get_logged_model(model.model_id) for model in run.outputs.model_outputs]
    experiment = [run.info.experiment_id]
    of_run = f"source_run_id = '{run.info.run_id}'"
    assert len(client.search_logged_models(experiment, filter_string=of_run)) == len(models)
    return {
        "name": run.info.run_name,
        "status": run.info.status,
        "start": run.info.start_time,
        "end": run.info.end_time,
        "tags": run.data.tags,
        "params": run.data.params,
        "points": {
            name: sorted(
                (point.step, point.value, point.timestamp)
                for point in client.get_metric_history(run.info.run_id, name)
            )
            for name in run.data.metrics
        },
        "pictures": sorted(PurePosixPath(file).name for file in files),
        "inputs": [
            (used.dataset.to_dictionary(), [(tag.key, tag.value) for tag in used.tags])
            for used in run.inputs.dataset_inputs
        ],
        "models": [
            (
                model.name,
                str(model.status),
                model.params,
                sorted((point.key, point.value, point.timestamp) for point in model.metrics or []),
                sorted(file.path for file in client.list_logged_model_artifacts(model.model_id)),
            )
            for model in models
        ],
    }
