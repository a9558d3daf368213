"""Train one model of params.yaml: `python -m stages.train simple`.

On two cores a dense model takes seconds, a convolutional one a minute or two.
"""

from typing import Annotated

import typer

from mnist_autoencoders.stagecraft.process import run, stage

app = stage()


@app.command()
def main(model: Annotated[str, typer.Argument(help="Name of an entry of `models:`.")]) -> None:
    """Train one model and track it as an MLflow run."""
    from mnist_autoencoders.backend.parameters import RuntimeParameters
    from mnist_autoencoders.backend.start import start_tensorflow
    from mnist_autoencoders.models.model import AnyModel
    from mnist_autoencoders.stagecraft.layout import CLEAN, DATA, TIMINGS, TRAINING
    from mnist_autoencoders.stagecraft.outputs import new_folder
    from mnist_autoencoders.stagecraft.parameters import read
    from mnist_autoencoders.stagecraft.schema import Seed
    from mnist_autoencoders.tracking.parameters import TrackingParameters

    entry = read(f"models.{model}", AnyModel)
    runtime, seed = read("runtime", RuntimeParameters), read("seed", Seed)
    device = start_tensorflow(runtime, seed, entry.towers(runtime.processor_threads))

    from mnist_autoencoders.tracking.training import train_tracked
    from mnist_autoencoders.training.task import Task

    task = Task(model, entry, seed, clean=CLEAN, inputs=DATA / entry.input, device=device)
    with new_folder(TRAINING / model) as folder:
        timing = TIMINGS / f"{model}.json"
        train_tracked(task, folder, timing, read("tracking", TrackingParameters))


if __name__ == "__main__":
    run(app)
