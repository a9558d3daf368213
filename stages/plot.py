"""Draw the figures of all models: `python -m stages.plot`, half a minute."""

from mnist_autoencoders.terminal import run, stage

app = stage()


@app.command()
def main() -> None:
    """Draw reports/figures from the tables and what evaluation left."""
    import pandas as pd
    from joblib import Parallel, delayed

    from mnist_autoencoders import layout
    from mnist_autoencoders.claims.published import read_systems
    from mnist_autoencoders.figures.comparisons import draw_comparisons
    from mnist_autoencoders.figures.of_model import draw_model
    from mnist_autoencoders.outputs import new_folder
    from mnist_autoencoders.parameters import load_parameters
    from mnist_autoencoders.terminal import BAR, progress_bar

    parameters = load_parameters()
    tables = {path.stem: pd.read_csv(path) for path in sorted(layout.TABLES.glob("*.csv"))}
    systems = read_systems()
    with (
        new_folder(layout.FIGURES) as folder,
        progress_bar("figures", total=len(parameters.models) + 1, unit="models") as progress,
    ):
        drawings = [delayed(draw_comparisons)(parameters.models, parameters.noises, tables, folder)]
        for name, model in parameters.models.items():
            published = systems.get(name, {}).get("val_loss", [])
            drawings.append(delayed(draw_model)(name, model, tables, published, folder))
        processes = parameters.runtime.processor_threads
        for _ in Parallel(n_jobs=processes, return_as="generator_unordered")(drawings):
            progress.advance(BAR)


if __name__ == "__main__":
    run(app)
