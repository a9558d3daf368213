"""Register the best model of each task in MLflow: `python -m stages.register`, half a minute.

Doing it again changes nothing: a model that has a version gets no other.
"""

from mnist_autoencoders.stagecraft.process import run, stage

app = stage()


@app.command()
def main() -> None:
    """Write reports/registry.json, and have MLflow's Model Registry hold what is in it."""
    from mnist_autoencoders.backend.parameters import RuntimeParameters
    from mnist_autoencoders.backend.start import start_tensorflow
    from mnist_autoencoders.records import write_json
    from mnist_autoencoders.registry.champions import champion
    from mnist_autoencoders.registry.parameters import RegistryParameters
    from mnist_autoencoders.stagecraft import layout
    from mnist_autoencoders.stagecraft.intact import read_tables
    from mnist_autoencoders.stagecraft.parameters import read
    from mnist_autoencoders.stagecraft.terminal import say, warn
    from mnist_autoencoders.tracking.parameters import TrackingParameters
    from mnist_autoencoders.tracking.required import require_store

    tracking = read("tracking", TrackingParameters)
    choices = dict(read("registry", RegistryParameters).choices())
    require_store(tracking)
    tables = read_tables(layout.TABLES)
    found = {task: champion(task, choice, tables) for task, choice in choices.items()}
    for task, choice in choices.items():
        if found[task] is None:
            warn(f"registry.{task}: no model has {choice.metric}, so none is registered")
    champions = [each for each in found.values() if each]
    # a model is tried on one picture as it is stored
    start_tensorflow(RuntimeParameters(device="cpu"), 0)

    from mnist_autoencoders.registry.register import register

    shas = register(champions, tables, tracking)
    rows = {each.task: each.row() | {"model_sha256": shas[each.task]} for each in champions}
    write_json(layout.CHAMPIONS, rows)
    for each in champions:
        say(f"{each.task}: {each.model}, {each.choice.metric} {each.value:.4g}")


if __name__ == "__main__":
    run(app)
