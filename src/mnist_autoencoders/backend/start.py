"""Starting TensorFlow: settings that have to be made before it is used, and less noise."""

import importlib
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from mnist_autoencoders.backend.parameters import RuntimeParameters
from mnist_autoencoders.stagecraft.terminal import UserError


@dataclass(frozen=True)
class Device:
    """What computations run on: `kind` is cpu or gpu; `towers` parts of a batch side by side."""

    kind: str
    threads: int
    towers: int = 1


def start_tensorflow(parameters: RuntimeParameters, seed: int, towers: int = 1) -> Device:
    """Import and configure TensorFlow and seed it; call this once, before anything uses Keras.

    On a processor, `towers` operations run side by side and share the threads. Raises `UserError`
    if a GPU is asked for and there is none.
    """
    import_tensorflow()
    import keras
    import tensorflow as tf

    threads = parameters.processor_threads
    with _native_stderr_held_back():
        gpus = tf.config.list_physical_devices("GPU")
        if parameters.device == "gpu" and not gpus:
            raise UserError(
                "runtime.device: gpu, but TensorFlow sees no GPU. Install its CUDA packages "
                "(`make setup-gpu`) and check the driver (`nvidia-smi`), or set runtime.device: cpu"
            )
        if parameters.device == "cpu":
            tf.config.set_visible_devices([], "GPU")
            gpus = []
        for gpu in gpus:
            tf.config.experimental.set_memory_growth(gpu, True)
        tf.config.threading.set_intra_op_parallelism_threads(-(-threads // towers))
        tf.config.threading.set_inter_op_parallelism_threads(threads)
        if parameters.deterministic:
            tf.config.experimental.enable_op_determinism()
        keras.config.disable_interactive_logging()
        keras.utils.set_random_seed(seed)
        tf.zeros(1)  # starts the runtime, with its log lines, here
    return Device("gpu", threads) if gpus else Device("cpu", threads, towers)


def import_tensorflow() -> None:
    """Import TensorFlow and Keras with their settings, without starting anything."""
    # off by default on processors without AVX-512, where convolutions gain a factor of two
    os.environ["TF_ENABLE_ONEDNN_OPTS"] = "1"
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    os.environ["KERAS_BACKEND"] = "tensorflow"
    with _native_stderr_held_back(), _absent("matplotlib", "sklearn"):
        importlib.import_module("keras")


@contextmanager
def _absent(*packages: str) -> Iterator[None]:
    """Hide packages that Keras imports where it finds them, for what is not used here: 2 s."""
    hidden = [package for package in packages if package not in sys.modules]
    for package in hidden:
        sys.modules[package] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        for package in hidden:
            del sys.modules[package]


@contextmanager
def _native_stderr_held_back() -> Iterator[None]:
    """Hold back what native code prints on stderr; show it only if the block fails."""
    sys.stderr.flush()
    original = os.dup(2)
    with tempfile.TemporaryFile() as held_back:
        os.dup2(held_back.fileno(), 2)
        try:
            yield
        except UserError:
            raise
        except Exception:
            held_back.seek(0)
            os.write(original, held_back.read())
            raise
        finally:
            os.dup2(original, 2)
            os.close(original)
