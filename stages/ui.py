"""Serve the MLflow UI on this machine: `make ui`."""

from typing import Annotated

import typer

from mnist_autoencoders.stagecraft.process import run, stage

app = stage()


@app.command()
def main(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1.", min=1, max=65535)] = 5000,
) -> None:
    """Serve the MLflow UI on 127.0.0.1 until interrupted."""
    import os
    import socket
    import sys

    from mnist_autoencoders.parameters import load_parameters
    from mnist_autoencoders.stagecraft.terminal import UserError, say
    from mnist_autoencoders.tracking.store import (
        open_store,
        shown,
        store_uri,
        tracked,
        what_happened,
    )
    from mnist_autoencoders.tracking.view import address, save_view

    tracking = load_parameters().tracking
    uri = store_uri(tracking)
    if not tracked(tracking):
        raise UserError("tracking is off: tracking.uri, or MLFLOW_TRACKING_URI, is none")
    if uri.startswith("http"):
        raise UserError(f"the runs are on a server, which has its own UI: {shown(uri)}")
    try:
        # as the server will: one that ended a moment ago is not in its way
        socket.create_server(("127.0.0.1", port)).close()
    except OSError as error:
        why = os.strerror(error.errno or 0)
        raise UserError(
            f"port {port} of 127.0.0.1: {why}; `make ui PORT=NUMBER` takes another"
        ) from None
    try:
        store = open_store(tracking)
        experiment = store.experiment(tracking.experiment)
        save_view(store, experiment)
    except Exception as error:
        raise UserError(f"the MLflow store {shown(uri)} fails: {what_happened(error)}") from None
    say(address(f"http://127.0.0.1:{port}", experiment))
    # one worker and no job runner: two processes instead of fifteen
    os.environ["MLFLOW_SERVER_ENABLE_JOB_EXECUTION"] = "false"
    command = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--workers", "1"]
    # not as an argument, which all users of the machine see: it may have a password
    os.environ["MLFLOW_BACKEND_STORE_URI"] = uri
    # no page of another site may ask it, not even under a name that leads to this machine
    here = [f"{name}:{port}" for name in ("127.0.0.1", "localhost")]
    command += ["--allowed-hosts", ",".join(here)]
    command += ["--cors-allowed-origins", ",".join(f"http://{name}" for name in here)]
    os.execv(sys.executable, command)


if __name__ == "__main__":
    run(app)
