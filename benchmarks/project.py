"""This project's training of a task, with the loop that the stage `train` runs."""

from benchmarks.task import Epoch, Stopwatch, report, task_of_this_process
from mnist_autoencoders.backend.parameters import RuntimeParameters
from mnist_autoencoders.backend.start import start_tensorflow

VALIDATED = 500


def main() -> None:
    task = task_of_this_process()
    runtime = RuntimeParameters()
    parameters = task.parameters
    towers = parameters.towers(runtime.processor_threads)
    device = start_tensorflow(runtime, task.seed, towers)

    from mnist_autoencoders.training.loop import Pairs, train_epochs
    from mnist_autoencoders.training.objective import Objective
    from mnist_autoencoders.training.train import compiled_model

    pairs = Pairs(*task.arrays())
    steps = -(-task.images // parameters.batch_size) * task.epochs
    model = compiled_model(parameters, steps)
    stopwatch = Stopwatch()
    epochs: list[Epoch] = []
    for epoch in train_epochs(
        Objective(model, parameters),
        parameters,
        lambda _: pairs,
        pairs.part(None, VALIDATED),
        task.seed,
        device.towers,
        on_step=lambda _: None,
    ):
        measured = stopwatch.epoch(epoch.metrics["loss"])
        # the wall time without the validation, which the others do not do either
        epochs.append(Epoch(epoch.seconds, measured.processor, measured.loss))
    report(epochs)


if __name__ == "__main__":
    main()
