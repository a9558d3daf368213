"""How much arithmetic a training step is, and how fast this machine could do it."""

import subprocess
import sys
import time

from benchmarks.task import process_environment

SIDE = 2048
REPEATS = 10


def operations_per_image(model: str) -> float:
    """Floating-point operations of training on one image, of the layers as they are written.

    A multiplication and an addition per weight and output pixel; forward, and twice that for the
    gradients by weights and by inputs.
    """
    import keras

    from mnist_autoencoders.models.build import build_model
    from mnist_autoencoders.parameters import load_parameters

    network = build_model(load_parameters().models[model])
    products = 0
    for part in ("encoder", "decoder"):
        for layer in network.get_layer(part).layers:
            if isinstance(layer, keras.layers.Dense):
                products += layer.kernel.shape[0] * layer.kernel.shape[1]
            elif isinstance(layer, keras.layers.Conv2D):
                height, width = layer.output.shape[1:3]
                products += height * width * int(layer.kernel.numpy().size)
    return 2.0 * 3.0 * products


def measured_peak(environment: dict[str, str]) -> float:
    """Floating-point operations a second of the fastest of ten products of large matrices."""
    found = subprocess.run(
        [sys.executable, "-m", "benchmarks.arithmetic"],
        env=process_environment() | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return float(found.stdout.split()[-1])


def main() -> None:
    import tensorflow as tf

    matrix = tf.random.normal((SIDE, SIDE))
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        tf.matmul(matrix, matrix).numpy()
        times.append(time.perf_counter() - start)
    print(2 * SIDE**3 / min(times))


if __name__ == "__main__":
    main()
