"""Draw the tables and figures over all models: `python -m stages.plot`, a few seconds."""

from mnist_autoencoders.terminal import run, stage

app = stage()


@app.command()
def main() -> None:
    """Write reports/tables and draw reports/figures."""
    from mnist_autoencoders import layout
    from mnist_autoencoders.figures.plot import draw_figures, prune
    from mnist_autoencoders.figures.tables import read_curves, read_scores
    from mnist_autoencoders.outputs import new_folder
    from mnist_autoencoders.parameters import load_parameters

    models = load_parameters().models
    for folder in (layout.TRAINING, layout.EVALUATION, layout.METRICS, layout.TIMINGS):
        prune(folder, list(models))
    scores = read_scores(layout.METRICS, list(models))
    curves = read_curves(layout.TRAINING, list(models))
    with new_folder(layout.TABLES) as folder:
        scores.to_csv(folder / "scores.csv", index=False)
        curves.to_csv(folder / "curves.csv", index=False)
    with new_folder(layout.FIGURES) as folder:
        draw_figures(models, scores, curves, layout.DATA, layout.EVALUATION, folder)


if __name__ == "__main__":
    run(app)
