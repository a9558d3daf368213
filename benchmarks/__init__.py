"""How fast training is, against plain Keras and PyTorch: `python -m benchmarks`, `make bench`."""

import stages  # noqa: F401  puts src/ on the path
