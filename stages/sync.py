"""Make the MLflow store hold a run of every trained model: `python -m stages.sync`.

For a store that was not there or did not answer, a new one, or outputs that came from a cache or a
remote. Doing it again changes nothing.
"""

from typing import Annotated

import typer

from mnist_autoencoders.stagecraft.process import run, stage

app = stage()


@app.command()
def main(
    own: Annotated[
        bool,
        typer.Option("--own", help="Runs of other DVC experiments than the present do not count."),
    ] = False,
) -> None:
    """Deliver what waits for the MLflow store, and rebuild runs that it lacks from the outputs."""
    from mnist_autoencoders.backend.start import start_tensorflow
    from mnist_autoencoders.parameters import load_parameters
    from mnist_autoencoders.stagecraft.layout import METRICS, TRAINING, replica
    from mnist_autoencoders.stagecraft.terminal import say

    parameters = load_parameters()
    start_tensorflow(parameters.runtime, parameters.seed)

    from mnist_autoencoders.tracking.store import tracked
    from mnist_autoencoders.tracking.sync import sync

    if not tracked(parameters.tracking):
        say("tracking is off: tracking.uri, or MLFLOW_TRACKING_URI, is none")
        return
    replicas = [replica(*pair) for pair in parameters.replicas.pairs()]
    models = [*parameters.models, *replicas]
    folders = {TRAINING / model: METRICS / f"{model}.json" for model in models}
    sync(folders, parameters.tracking, own)


if __name__ == "__main__":
    run(app)
