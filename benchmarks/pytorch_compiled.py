"""The nets of `pytorch`, through `torch.compile`."""

from benchmarks.pytorch import train
from benchmarks.task import report

if __name__ == "__main__":
    report(list(train(compiled=True)))
