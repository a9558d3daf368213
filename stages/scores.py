"""The figures that matter, of all models, for `dvc exp show`: `python -m stages.scores`."""

from mnist_autoencoders.stagecraft.process import run, stage

app = stage()


@app.command()
def main() -> None:
    """Write reports/scores.json."""
    from mnist_autoencoders.headlines.headlines import headlines
    from mnist_autoencoders.records import write_json
    from mnist_autoencoders.stagecraft.layout import METRICS, SCORES

    write_json(SCORES, headlines(METRICS))


if __name__ == "__main__":
    run(app)
