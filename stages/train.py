"""Train one model of params.yaml: `python -m stages.train simple`.

On two cores a dense model takes seconds, a convolutional one a minute or two. With another seed,
`python -m stages.train simple 1`, it is a replica.
"""

from typing import Annotated

import typer

from mnist_autoencoders.stagecraft.process import run, stage

app = stage()


@app.command()
def main(
    model: Annotated[str, typer.Argument(help="Name of an entry of `models:`.")],
    replica: Annotated[
        int | None,
        typer.Argument(
            help="Seed of weights and order, other than the common one.", min=0, max=2**32 - 1
        ),
    ] = None,
) -> None:
    """Train one model and track it as an MLflow run; one that was stopped goes on."""
    from contextlib import nullcontext

    from mnist_autoencoders.backend.parameters import read_runtime
    from mnist_autoencoders.backend.start import start_tensorflow
    from mnist_autoencoders.models.model import AnyModel
    from mnist_autoencoders.stagecraft import layout
    from mnist_autoencoders.stagecraft.outputs import new_folder
    from mnist_autoencoders.stagecraft.parameters import read
    from mnist_autoencoders.stagecraft.schema import Seed
    from mnist_autoencoders.tracking.parameters import TrackingParameters
    from mnist_autoencoders.tracking.required import require_store

    tracking = read("tracking", TrackingParameters)
    entry = read(f"models.{model}", AnyModel)
    runtime = read_runtime()
    own = entry.seed if replica is None else replica
    seed = read("seed", Seed) if own is None else own
    require_store(tracking)
    device = start_tensorflow(runtime, seed, entry.towers(runtime.processor_threads))

    from mnist_autoencoders.tracking.training import train_tracked
    from mnist_autoencoders.training.checkpoint import checkpoint_of
    from mnist_autoencoders.training.task import Task

    inputs = layout.DATA / entry.input
    task = Task(model, entry, seed, layout.CLEAN, inputs, device, replica is not None)
    task.check()
    # what an entry costs is measured once
    timing = layout.TIMINGS / f"{model}.json" if replica is None else None
    name = model if replica is None else layout.replica(model, replica)
    resume = read("runtime.resume", bool, default=True)
    kept = checkpoint_of(task, runtime.deterministic) if resume else nullcontext()
    with kept as checkpoint, new_folder(layout.TRAINING / name) as folder:
        train_tracked(task, folder, timing, tracking, checkpoint)


if __name__ == "__main__":
    run(app)
