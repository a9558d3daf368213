"""Train a model of params.yaml again with another seed: `python -m stages.replicate simple 1`."""

from typing import Annotated

import typer

from mnist_autoencoders.stagecraft.process import run, stage

app = stage()


@app.command()
def main(
    model: Annotated[str, typer.Argument(help="Name of an entry of `models:`.")],
    seed: Annotated[int, typer.Argument(help="Seed of weights and order of the images.")],
) -> None:
    """Train one replica and track it as an MLflow run."""
    from mnist_autoencoders.backend.parameters import RuntimeParameters
    from mnist_autoencoders.backend.start import start_tensorflow
    from mnist_autoencoders.models.model import AnyModel
    from mnist_autoencoders.stagecraft.layout import CLEAN, DATA, TRAINING, replica
    from mnist_autoencoders.stagecraft.outputs import new_folder
    from mnist_autoencoders.stagecraft.parameters import read
    from mnist_autoencoders.tracking.parameters import TrackingParameters

    entry = read(f"models.{model}", AnyModel)
    runtime = read("runtime", RuntimeParameters)
    device = start_tensorflow(runtime, seed, entry.towers(runtime.processor_threads))

    from mnist_autoencoders.tracking.training import train_tracked
    from mnist_autoencoders.training.task import Task

    task = Task(model, entry, seed, CLEAN, DATA / entry.input, device, replica=True)
    with new_folder(TRAINING / replica(model, seed)) as folder:
        train_tracked(task, folder, None, read("tracking", TrackingParameters))


if __name__ == "__main__":
    run(app)
