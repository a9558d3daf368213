"""Score one trained model on the test images: `python -m stages.evaluate simple`, ten seconds."""

from typing import Annotated

import typer

from mnist_autoencoders.terminal import run, stage

app = stage()


@app.command()
def main(model: Annotated[str, typer.Argument(help="Name of an entry of `models:`.")]) -> None:
    """Score one model and add the figures to its MLflow run."""
    from mnist_autoencoders import layout
    from mnist_autoencoders.models.backend import start_tensorflow
    from mnist_autoencoders.outputs import new_folder, write_json
    from mnist_autoencoders.parameters import load_parameters

    parameters = load_parameters()
    entry = parameters.model(model)
    start_tensorflow(parameters.runtime, parameters.seed)

    from mnist_autoencoders.evaluation.evaluate import Sources, evaluate_model
    from mnist_autoencoders.tracking import timing
    from mnist_autoencoders.tracking.runs import ensure_run, log_test_metrics, read_record

    trained = layout.TRAINING / model
    record = read_record(trained)
    sources = Sources(
        trained=trained,
        clean=layout.CLEAN,
        inputs=layout.DATA / entry.input,
        sweep=layout.SWEEP,
        classifier=layout.CLASSIFIER,
        pca=layout.PCA,
    )
    with new_folder(layout.EVALUATION / model) as folder:
        figures = evaluate_model(
            sources, record, parameters.evaluation, parameters.embedding, parameters.seed, folder
        )
    log_test_metrics(ensure_run(trained, parameters.tracking), figures)
    timings = layout.TIMINGS / f"{model}.json"
    figures["training"] = timing.of_model(record["model_sha256"], timings)
    write_json(layout.METRICS / f"{model}.json", figures)


if __name__ == "__main__":
    run(app)
