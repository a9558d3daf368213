"""Train one model of params.yaml: `python -m stages.train simple`.

On two cores a dense model takes seconds, a convolutional one a minute or two.
"""

from typing import Annotated

import typer

from mnist_autoencoders.terminal import run, stage

app = stage()


@app.command()
def main(model: Annotated[str, typer.Argument(help="Name of an entry of `models:`.")]) -> None:
    """Train one model and track it as an MLflow run."""
    from mnist_autoencoders.layout import CLEAN, DATA, TIMINGS, TRAINING
    from mnist_autoencoders.models.backend import start_tensorflow
    from mnist_autoencoders.outputs import new_folder
    from mnist_autoencoders.parameters import load_parameters

    parameters = load_parameters()
    entry = parameters.model(model)
    seed = parameters.seed if entry.seed is None else entry.seed
    towers = entry.towers(parameters.runtime.processor_threads)
    device = start_tensorflow(parameters.runtime, seed, towers)

    from mnist_autoencoders.tracking.training import train_tracked
    from mnist_autoencoders.training.train import Task

    task = Task(
        name=model,
        parameters=entry,
        seed=seed,
        noise=parameters.noises.get(entry.input),
        clean=CLEAN,
        inputs=DATA / entry.input,
        device=device,
    )
    with new_folder(TRAINING / model) as folder:
        train_tracked(task, folder, TIMINGS / f"{model}.json", parameters.tracking)


if __name__ == "__main__":
    run(app)
