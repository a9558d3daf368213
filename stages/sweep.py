"""Write the noisy images that denoisers are compared on: `python -m stages.sweep`, five seconds."""

from mnist_autoencoders.terminal import run, stage

app = stage()


@app.command()
def main() -> None:
    """Write the first images under every kind of noise at every strength of `sweep:`."""
    from mnist_autoencoders.layout import CLEAN, SWEEP
    from mnist_autoencoders.noise.sweep import write_sweep
    from mnist_autoencoders.outputs import new_folder
    from mnist_autoencoders.parameters import load_parameters

    parameters = load_parameters()
    with new_folder(SWEEP) as folder:
        write_sweep(CLEAN, folder, parameters.sweep, parameters.seed)


if __name__ == "__main__":
    run(app)
