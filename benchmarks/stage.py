"""A whole training stage into a temporary folder and store, and where its time goes."""

import json
import sys
import tempfile
import time
from pathlib import Path

from mnist_autoencoders.layout import CLEAN, DATA
from mnist_autoencoders.parameters import load_parameters
from mnist_autoencoders.terminal import run, stage

app = stage()


@app.command()
def main(model: str) -> None:
    """Train one model, and print the seconds of the imports, of the rest, and of every epoch."""
    start = time.perf_counter()
    from mnist_autoencoders.models.backend import start_tensorflow

    parameters = load_parameters()
    entry = parameters.model(model)
    towers = entry.towers(parameters.runtime.processor_threads)
    device = start_tensorflow(parameters.runtime, parameters.seed, towers)

    from mnist_autoencoders.tracking.training import train_tracked
    from mnist_autoencoders.training.train import Task

    imported = time.perf_counter()
    noise = parameters.noises.get(entry.input)
    task = Task(model, entry, parameters.seed, noise, CLEAN, DATA / entry.input, device)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "training"
        folder.mkdir()
        store = f"sqlite:///{temporary}/mlflow.db"
        tracking = parameters.tracking.model_copy(update={"uri": store})
        history = train_tracked(task, folder, Path(temporary) / "timing.json", tracking)
    seconds = {
        "imports": imported - start,
        "rest": time.perf_counter() - imported,
        "epochs": [epoch.seconds for epoch in history],
    }
    print(json.dumps(seconds), file=sys.stderr)


if __name__ == "__main__":
    run(app)
