"""Draw the figures of all models: `python -m stages.plot`, half a minute."""

from mnist_autoencoders.stagecraft.process import run, stage

app = stage()


@app.command()
def main() -> None:
    """Draw reports/figures from the tables and what evaluation left."""
    from joblib import delayed

    from mnist_autoencoders.backend.parameters import RuntimeParameters
    from mnist_autoencoders.figures.comparisons import draw_comparisons
    from mnist_autoencoders.figures.of_model import draw_model
    from mnist_autoencoders.stagecraft.intact import read_tables
    from mnist_autoencoders.stagecraft.layout import FIGURES, TABLES
    from mnist_autoencoders.stagecraft.outputs import new_folder
    from mnist_autoencoders.stagecraft.terminal import BAR, progress_bar
    from mnist_autoencoders.stagecraft.workers import in_processes

    tables = read_tables(TABLES)
    models = tables["models"]["model"].tolist()
    with (
        new_folder(FIGURES) as folder,
        progress_bar("figures", total=len(models) + 1, unit="models") as progress,
    ):
        drawings = [delayed(draw_comparisons)(tables, folder)]
        drawings += [delayed(draw_model)(model, tables, folder) for model in models]
        # as many processes as threads change no figure
        processes = RuntimeParameters().processes
        for _ in in_processes(drawings, processes, in_order=False):
            progress.advance(BAR)


if __name__ == "__main__":
    run(app)
