"""Train the classifier that judges generated images: `python -m stages.classifier`, 30 seconds."""

from mnist_autoencoders.terminal import run, stage

app = stage()


@app.command()
def main() -> None:
    """Train the classifier where the images have labels."""
    from mnist_autoencoders.layout import CLASSIFIER, CLEAN
    from mnist_autoencoders.models.backend import start_tensorflow
    from mnist_autoencoders.outputs import new_folder
    from mnist_autoencoders.parameters import load_parameters
    from mnist_autoencoders.terminal import say

    parameters = load_parameters()
    start_tensorflow(parameters.runtime, parameters.seed)

    from mnist_autoencoders.classifier.train import train_classifier

    with new_folder(CLASSIFIER) as folder:
        record = train_classifier(CLEAN, parameters.classifier, folder)
    if record["accuracy"] is not None:
        say(f"classifier: {record['accuracy']:.2%} of the test images right")


if __name__ == "__main__":
    run(app)
