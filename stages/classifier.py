"""Train the classifier that judges generated images: `python -m stages.classifier`, 30 seconds."""

from mnist_autoencoders.stagecraft.process import run, stage

app = stage()


@app.command()
def main() -> None:
    """Train the classifier where the images have labels."""
    from mnist_autoencoders.backend.parameters import read_runtime
    from mnist_autoencoders.backend.start import start_tensorflow
    from mnist_autoencoders.classifier.parameters import ClassifierParameters
    from mnist_autoencoders.stagecraft.layout import CLASSIFIER, CLEAN
    from mnist_autoencoders.stagecraft.outputs import new_folder
    from mnist_autoencoders.stagecraft.parameters import read
    from mnist_autoencoders.stagecraft.schema import Seed
    from mnist_autoencoders.stagecraft.terminal import say

    parameters = read("classifier", ClassifierParameters)
    confident, sample = read("evaluation.confident", float), read("evaluation.sample", int)
    neighbours = read("evaluation.prdc_neighbours", int)
    start_tensorflow(read_runtime(), read("seed", Seed))

    from mnist_autoencoders.classifier.train import train_classifier
    from mnist_autoencoders.judge.judge import Judging

    judging = Judging(confident, sample, neighbours)
    with new_folder(CLASSIFIER) as folder:
        record = train_classifier(CLEAN, parameters, judging, folder)
    if record["accuracy"] is not None:
        say(f"classifier: {record['accuracy']:.2%} of the test images right")


if __name__ == "__main__":
    run(app)
