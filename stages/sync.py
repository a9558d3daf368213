"""Make the MLflow store hold a run of every trained model: `python -m stages.sync`.

For a new store, or outputs that came from a cache or a remote. Doing it again changes nothing.
"""

from mnist_autoencoders.stagecraft.process import run, stage

app = stage()


@app.command()
def main() -> None:
    """Rebuild missing MLflow runs from what training and evaluation recorded."""
    from mnist_autoencoders.backend.start import start_tensorflow
    from mnist_autoencoders.parameters import load_parameters
    from mnist_autoencoders.records import read_json
    from mnist_autoencoders.stagecraft.layout import METRICS, TRAINING, replica
    from mnist_autoencoders.stagecraft.terminal import say

    parameters = load_parameters()
    start_tensorflow(parameters.runtime, parameters.seed)

    from mnist_autoencoders.tracking.runs import ensure_run, log_test_metrics

    replicas = [replica(*pair) for pair in parameters.replicas.pairs()]
    for model in [*parameters.models, *replicas]:
        trained, metrics = TRAINING / model, METRICS / f"{model}.json"
        if not trained.exists():
            say(f"{model}: not trained yet")
            continue
        tracked = ensure_run(trained, parameters.tracking)
        if metrics.exists():
            log_test_metrics(tracked, read_json(metrics))
        say(f"{model}: run {tracked.info.run_id}")


if __name__ == "__main__":
    run(app)
