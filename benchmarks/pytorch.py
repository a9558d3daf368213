"""The same nets in idiomatic PyTorch, eager: fused optimizer, channels last for convolutions."""

import math
from collections.abc import Iterator
from itertools import pairwise

import torch
from torch import nn
from torch.nn import functional

from benchmarks.task import Epoch, Stopwatch, network_of, report, task_of_this_process
from mnist_autoencoders.model_kinds.convolutional import Convolutional
from mnist_autoencoders.model_kinds.dense import Dense
from mnist_autoencoders.models.model import ModelParameters

EPSILON = 1e-7
"""Of Adam and Adadelta in Keras; PyTorch's own differ."""


class VariationalAutoencoder(nn.Module):
    """As in the examples of PyTorch; gives logits, mean and log-variance."""

    def __init__(self, width: int, code_size: int) -> None:
        super().__init__()
        self.hidden = nn.Linear(784, width)
        self.mean = nn.Linear(width, code_size)
        self.log_variance = nn.Linear(width, code_size)
        self.decoder = nn.Sequential(nn.Linear(code_size, width), nn.ReLU(), nn.Linear(width, 784))

    def forward(self, images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        hidden = functional.relu(self.hidden(images))
        mean, log_variance = self.mean(hidden), self.log_variance(hidden)
        code = mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean)
        return self.decoder(code), mean, log_variance


def dense(parameters: Dense) -> nn.Module:
    widths = [784, *parameters.hidden, parameters.code_size, *parameters.hidden[::-1], 784]
    chain: list[nn.Module] = []
    for before, after in pairwise(widths):
        chain += [nn.Linear(before, after), nn.ReLU()]
    return nn.Sequential(*chain[:-1])


def convolutional(parameters: Convolutional) -> nn.Module:
    chain: list[nn.Module] = []
    channels, side = 1, 28
    for filters in parameters.filters:
        chain += [nn.Conv2d(channels, filters, 3, padding=1), nn.ReLU()]
        chain.append(nn.MaxPool2d(2, ceil_mode=True))
        channels, side = filters, math.ceil(side / 2)
    for filters in parameters.filters[::-1]:
        padding = 0 if side == 16 else 1
        chain += [nn.Conv2d(channels, filters, 3, padding=padding), nn.ReLU()]
        chain.append(nn.Upsample(scale_factor=2, mode="nearest"))
        channels, side = filters, 28 if side == 16 else 2 * side
    return nn.Sequential(*chain, nn.Conv2d(channels, 1, 3, padding=1))


def as_keras_begins(module: nn.Module) -> None:
    """Glorot's uniform weights and biases of 0, so that losses can be compared."""
    if isinstance(module, nn.Linear | nn.Conv2d):
        nn.init.xavier_uniform_(module.weight)
        nn.init.zeros_(module.bias)


def optimizer_of(model: nn.Module, parameters: ModelParameters) -> torch.optim.Optimizer:
    if parameters.optimizer == "adam":
        return torch.optim.Adam(
            model.parameters(), parameters.learning_rate, eps=EPSILON, fused=True
        )
    if parameters.optimizer == "adadelta":
        return torch.optim.Adadelta(
            model.parameters(), parameters.learning_rate, rho=0.95, eps=EPSILON, foreach=True
        )
    raise ValueError(f"no plain copy of {parameters.optimizer}")


def mean_loss(model: nn.Module, inputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """The loss of a batch, by which the weights change."""
    outputs = model(inputs)
    if not isinstance(outputs, tuple):
        return functional.binary_cross_entropy_with_logits(outputs, targets)
    logits, mean, log_variance = outputs
    reconstruction = functional.binary_cross_entropy_with_logits(logits, targets) * 784
    kl = -0.5 * torch.sum(1 + log_variance - mean.pow(2) - log_variance.exp(), dim=1)
    return reconstruction + kl.mean()


def train(compiled: bool) -> Iterator[Epoch]:
    task = task_of_this_process()
    parameters = task.parameters
    torch.manual_seed(task.seed)
    inputs, targets = (torch.from_numpy(images) for images in task.pixels())
    model = network_of(parameters, dense, convolutional, VariationalAutoencoder)
    model.apply(as_keras_begins)
    if isinstance(parameters, Convolutional):
        model = model.to(memory_format=torch.channels_last)
        inputs, targets = (
            images[:, None].to(memory_format=torch.channels_last) for images in (inputs, targets)
        )
    else:
        inputs, targets = inputs.flatten(1), targets.flatten(1)
    optimizer = optimizer_of(model, parameters)
    called = torch.compile(model) if compiled else model
    stopwatch = Stopwatch()
    for _ in range(task.epochs):
        total = 0.0
        for batch in torch.randperm(len(inputs)).split(parameters.batch_size):
            optimizer.zero_grad()
            loss = mean_loss(called, inputs[batch], targets[batch])
            loss.backward()
            optimizer.step()
            total += loss.item() * len(batch)
        yield stopwatch.epoch(total / len(inputs))


if __name__ == "__main__":
    report(list(train(compiled=False)))
