"""Learn and score denoisers that are no networks: `python -m stages.learnt_denoisers`, a minute."""

from mnist_autoencoders.stagecraft.process import run, stage

app = stage()


@app.command()
def main() -> None:
    """Learn a linear map and a posterior mean for every noise of the ladder, and score them."""
    from mnist_autoencoders.backend.parameters import read_runtime
    from mnist_autoencoders.backend.start import start_tensorflow
    from mnist_autoencoders.baselines.learnt.parameters import LearntParameters
    from mnist_autoencoders.noise_ladder.read import read_ladder
    from mnist_autoencoders.stagecraft.layout import CLEAN, LEARNT_DENOISERS, NOISE_LADDER
    from mnist_autoencoders.stagecraft.outputs import new_folder
    from mnist_autoencoders.stagecraft.parameters import read
    from mnist_autoencoders.stagecraft.schema import Name, Seed

    parameters = read("learnt_denoisers", LearntParameters)
    kinds = read("noise_ladder.strengths", dict[Name, list[float]])
    seed = read("seed", Seed)
    runtime = read_runtime()
    start_tensorflow(runtime, seed)

    from mnist_autoencoders.baselines.learnt.scores import write_learnt_scores

    with new_folder(LEARNT_DENOISERS) as folder:
        ladder = read_ladder(NOISE_LADDER, kinds)
        write_learnt_scores(CLEAN, ladder, parameters, seed, folder, runtime.processes)


if __name__ == "__main__":
    run(app)
