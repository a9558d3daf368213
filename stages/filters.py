"""Tune and score classical denoisers: `python -m stages.filters`, about two minutes."""

from mnist_autoencoders.stagecraft.process import run, stage

app = stage()


@app.command()
def main() -> None:
    """Choose each filter's strength for every noise of the ladder, and score it."""
    from mnist_autoencoders.backend.parameters import read_runtime
    from mnist_autoencoders.backend.start import start_tensorflow
    from mnist_autoencoders.baselines.filters.parameters import FilterParameters
    from mnist_autoencoders.noise_ladder.read import read_ladder
    from mnist_autoencoders.stagecraft.layout import CLEAN, FILTERS, NOISE_LADDER
    from mnist_autoencoders.stagecraft.outputs import new_folder
    from mnist_autoencoders.stagecraft.parameters import read
    from mnist_autoencoders.stagecraft.schema import Name, Seed

    settings = read("filters", FilterParameters).model_dump()
    kinds = read("noise_ladder.strengths", dict[Name, list[float]])
    runtime = read_runtime()
    start_tensorflow(runtime, read("seed", Seed))

    from mnist_autoencoders.baselines.filters.scores import write_filter_scores

    with new_folder(FILTERS) as folder:
        ladder = read_ladder(NOISE_LADDER, kinds)
        write_filter_scores(CLEAN, ladder, settings, folder, runtime.processes)


if __name__ == "__main__":
    run(app)
