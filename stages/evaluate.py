"""Score one trained model on the test images: `python -m stages.evaluate simple`, ten seconds."""

from typing import Annotated

import typer

from mnist_autoencoders.stagecraft.process import run, stage

app = stage()


@app.command()
def main(
    model: Annotated[str, typer.Argument(help="Name of an entry of `models:`.")],
    replica: Annotated[
        int | None, typer.Argument(help="Seed of a replica of it.", min=0, max=2**32 - 1)
    ] = None,
) -> None:
    """Score one model and add the figures to its MLflow run; of a replica keep tables alone."""
    import shutil
    from pathlib import Path
    from tempfile import TemporaryDirectory

    from mnist_autoencoders.backend.parameters import read_runtime
    from mnist_autoencoders.backend.start import start_tensorflow
    from mnist_autoencoders.evaluation.parameters import EvaluationParameters
    from mnist_autoencoders.noise_ladder.read import read_ladder
    from mnist_autoencoders.records import read_json, write_json
    from mnist_autoencoders.stagecraft import layout
    from mnist_autoencoders.stagecraft.outputs import new_folder
    from mnist_autoencoders.stagecraft.parameters import read
    from mnist_autoencoders.stagecraft.schema import Name, Seed
    from mnist_autoencoders.tracking.parameters import TrackingParameters
    from mnist_autoencoders.tracking.required import require_store

    inputs, seed = read(f"models.{model}.input", Name), read("seed", Seed)
    parameters = read("evaluation", EvaluationParameters)
    kinds = read("noise_ladder.strengths", dict[Name, list[float]])
    images, neighbours = read("embedding.images", int), read("embedding.neighbours", int)
    tracking = read("tracking", TrackingParameters)
    require_store(tracking)
    start_tensorflow(read_runtime(), seed)

    from mnist_autoencoders.evaluation.evaluate import PlaneSample, Sources, evaluate_model
    from mnist_autoencoders.tracking.evaluation import tracked_evaluation

    name = model if replica is None else layout.replica(model, replica)
    trained = layout.TRAINING / name
    sources = Sources(
        trained=trained,
        clean=layout.CLEAN,
        inputs=layout.DATA / inputs,
        ladder=read_ladder(layout.NOISE_LADDER, kinds),
        classifier=layout.CLASSIFIER,
        pca=layout.PCA,
    )
    record = read_json(trained / "record.json", "count_parameters", "parameters")
    plane = PlaneSample(images, neighbours)
    metrics = layout.METRICS / f"{name}.json"
    with tracked_evaluation(trained, tracking) as log:
        with new_folder(layout.EVALUATION / name) as folder, TemporaryDirectory() as everything:
            into = folder if replica is None else Path(everything)
            figures = evaluate_model(sources, record, parameters, plane, seed, into)
            if replica is not None:
                for table in into.glob("*.csv"):
                    shutil.copy(table, folder)
        write_json(metrics, figures)
        log(read_json(metrics))


if __name__ == "__main__":
    run(app)
