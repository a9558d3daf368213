"""Score one trained model on the test images: `python -m stages.evaluate simple`, ten seconds."""

from typing import Annotated

import typer

from mnist_autoencoders.terminal import run, stage

app = stage()


@app.command()
def main(model: Annotated[str, typer.Argument(help="Name of an entry of `models:`.")]) -> None:
    """Score one model and add the figures to its MLflow run."""
    from mnist_autoencoders.layout import CLEAN, DATA, EVALUATION, METRICS, TIMINGS, TRAINING
    from mnist_autoencoders.models.backend import start_tensorflow
    from mnist_autoencoders.outputs import new_folder, write_json
    from mnist_autoencoders.parameters import load_parameters

    parameters = load_parameters()
    entry = parameters.model(model)
    start_tensorflow(parameters.runtime, parameters.seed)

    from mnist_autoencoders.evaluation.evaluate import evaluate_model
    from mnist_autoencoders.tracking import timing
    from mnist_autoencoders.tracking.runs import ensure_run, log_test_metrics, read_record

    trained = TRAINING / model
    with new_folder(EVALUATION / model) as folder:
        figures = evaluate_model(trained, CLEAN, DATA / entry.input, folder)
    tracked = ensure_run(trained, parameters.tracking)
    log_test_metrics(tracked, figures)
    digest = read_record(trained)["model_sha256"]
    figures["training"] = timing.of_model(digest, TIMINGS / f"{model}.json")
    write_json(METRICS / f"{model}.json", figures)


if __name__ == "__main__":
    run(app)
