"""Scripts that start workers on the machines of a batch system."""

import re

from jinja2 import Environment, PackageLoader, StrictUndefined

from mnist_autoencoders.stagecraft.terminal import UserError, shown


def batch_script(
    system: str, scheduler: str, workers: int, slots: int, cores: int, gpus: int, hours: int
) -> str:
    """The text of a script for a batch system, of which `slurm` is known.

    It asks for `workers` nodes with so many cores and GPUs each, for so many hours.
    """
    if not re.fullmatch(r"[a-z]+://[\w.\-\[\]:]+", scheduler, re.ASCII):
        raise UserError(
            f"--scheduler: {shown(scheduler, 200)} is no address such as tls://node:8786"
        )
    environment = Environment(
        loader=PackageLoader("mnist_autoencoders.studies", "."),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        autoescape=True,
    )
    return environment.get_template(f"{system}.sh.jinja").render(
        scheduler=scheduler, workers=workers, slots=slots, cores=cores, gpus=gpus, hours=hours
    )
