"""`tracking.required`: no work without a store that answers."""

import threading

from mnist_autoencoders.stagecraft.terminal import UserError
from mnist_autoencoders.tracking.parameters import OFF, TrackingParameters

ANSWER = 3.0
"""Seconds that a server has to answer; Python and MLflow take as long to start."""


def require_store(parameters: TrackingParameters) -> None:
    """Where `tracking.required` is set, raise `UserError` if the store does not answer.

    A server has `ANSWER` seconds; an SQLite file may have to be made first, see `store.patience`.
    Call this before any work; it imports MLflow only if it has to.
    """
    if not parameters.required:
        return
    from mnist_autoencoders.tracking.store import (
        open_store,
        patience,
        shown,
        store_uri,
        what_happened,
    )

    uri = store_uri(parameters)
    if uri == OFF:
        raise UserError(f"tracking.required is true, but MLFLOW_TRACKING_URI is {OFF}: set one")
    seconds = patience(uri) if uri.startswith("sqlite:") else ANSWER
    errors: list[str] = []

    def ask() -> None:
        try:
            open_store(parameters)
        except Exception as error:
            errors.append(what_happened(error))

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(seconds)
    if asking.is_alive():
        errors.append(f"it does not answer within {seconds:.0f} s")
    if errors:
        raise UserError(
            f"tracking.required is true, but the MLflow store {shown(uri)} fails: {errors[0]}. "
            "Mend it, or set tracking.required: false to have the runs delivered later"
        )
