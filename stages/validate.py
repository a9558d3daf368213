"""Check all of params.yaml before any stage works: under a second."""

from pathlib import Path

from mnist_autoencoders.stagecraft.process import run, stage

app = stage()


@app.command()
def main() -> None:
    """Check params.yaml, and that the folder and the device it asks for are there."""
    from mnist_autoencoders.parameters import load_parameters
    from mnist_autoencoders.sources.folder import source_folder
    from mnist_autoencoders.stagecraft.layout import NOISE_PREVIEWS, VALID
    from mnist_autoencoders.stagecraft.outputs import new_file

    parameters = load_parameters()
    source_folder(parameters.data)
    if parameters.runtime.device == "gpu":
        from mnist_autoencoders.backend.start import start_tensorflow

        start_tensorflow(parameters.runtime, parameters.seed)
    if not parameters.noises:
        # the report depends on the folder, which no stage would make
        NOISE_PREVIEWS.mkdir(parents=True, exist_ok=True)
    # the same content whatever is valid: prepare waits for it but does not run again for it
    with new_file(VALID) as path:
        Path(path).write_text("params.yaml is valid\n", encoding="utf-8")


if __name__ == "__main__":
    run(app)
