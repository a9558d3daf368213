"""Collect the tables over all models: `python -m stages.tables`, a second."""

from mnist_autoencoders.stagecraft.process import run, stage

app = stage()


@app.command()
def main() -> None:
    """Write reports/tables."""
    from typing import Any

    from mnist_autoencoders.records import write_table
    from mnist_autoencoders.stagecraft.layout import TABLES
    from mnist_autoencoders.stagecraft.outputs import new_folder
    from mnist_autoencoders.stagecraft.parameters import read
    from mnist_autoencoders.stagecraft.schema import Name, Seed
    from mnist_autoencoders.tables.collect import collect
    from mnist_autoencoders.tables.seeds import trainings
    from mnist_autoencoders.zoo.replicas import ReplicaParameters

    models, replicas = read("models", dict[Name, Any]), read("replicas", ReplicaParameters)
    runs = trainings(models, read("seed", Seed), replicas.pairs())
    kinds = list(read("noise_ladder.strengths", dict[Name, Any]))
    tables = collect(runs, read("embedding.model", Name), kinds)
    with new_folder(TABLES) as folder:
        for name, table in tables.items():
            write_table(folder / f"{name}.csv", table)


if __name__ == "__main__":
    run(app)
