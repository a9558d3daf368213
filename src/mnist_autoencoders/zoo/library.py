"""`library:` of params.yaml: models, with their noises, that run only when they are asked for."""

from pydantic import Field

from mnist_autoencoders.models.model import AnyModel
from mnist_autoencoders.noise.noise import AnyNoise
from mnist_autoencoders.stagecraft.schema import Name, Section


class Library(Section):
    """Entries as those of `noises:` and `models:`; no stage is made of them.

    `pipeline.request` copies those that are asked for to where they run.
    """

    noises: dict[Name, AnyNoise] = Field(default={})
    models: dict[Name, AnyModel] = Field(default={})
