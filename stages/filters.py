"""Tune and score classical denoisers: `python -m stages.filters`, about two minutes."""

from mnist_autoencoders.terminal import run, stage

app = stage()


@app.command()
def main() -> None:
    """Choose each filter's strength for every noise of the sweep, and score it."""
    from mnist_autoencoders.layout import CLEAN, FILTERS, SWEEP
    from mnist_autoencoders.models.backend import start_tensorflow
    from mnist_autoencoders.outputs import new_folder
    from mnist_autoencoders.parameters import load_parameters

    parameters = load_parameters()
    device = start_tensorflow(parameters.runtime, parameters.seed)

    from mnist_autoencoders.baselines.filters.scores import write_filter_scores

    with new_folder(FILTERS) as folder:
        write_filter_scores(CLEAN, SWEEP, folder, device.threads)


if __name__ == "__main__":
    run(app)
