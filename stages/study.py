"""Studies: `python -m stages.study code_size` runs what is missing of one, here or on a cluster.

`python -m stages.study worker` and `script` give it machines, `log` shows why a point failed.
"""

from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from typer.core import TyperGroup

from mnist_autoencoders.stagecraft.process import run


class OneOrNamed(TyperGroup):
    """What is no command is the name of a study to run."""

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple:
        """The command that the arguments begin with, `run` where that is none."""
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            args = ["run", *args]
        return super().resolve_command(ctx, args)


app = typer.Typer(
    cls=OneOrNamed, add_completion=False, pretty_exceptions_enable=False, no_args_is_help=True,
    help="Run studies of params.yaml, and give them workers: `python -m stages.study NAME`.",
)  # fmt: skip

LOOPBACK = "127.0.0.1"

Scheduler = Annotated[
    str | None,
    typer.Option(
        help="Address of a Dask scheduler, as tcp://... or tls://...; none: this machine."
    ),
]


@app.command(name="run")
def run_(
    name: Annotated[str, typer.Argument(help="An entry of `studies:`.")],
    scheduler: Scheduler = None,
    limit: Annotated[
        int | None, typer.Option(help="Points at once; here half of the cores.", min=1)
    ] = None,
    remote: Annotated[str, typer.Option(help="Git remote of the workers of a cluster.")] = "origin",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="List the points and what is done of them.")
    ] = False,
) -> None:
    """Run what is missing of a study, and write its table: `python -m stages.study NAME`."""
    from mnist_autoencoders.parameters import load_parameters
    from mnist_autoencoders.studies.study import plan, show_plan

    parameters = load_parameters()
    planned = plan(name, parameters, remote if scheduler else None)
    if dry_run:
        show_plan(planned)
        return

    from mnist_autoencoders.studies.launch import run_here, run_there

    if scheduler:
        well = run_there(planned, parameters.tracking, scheduler, limit)
    else:
        well = run_here(planned, parameters.tracking, limit)
    if not well:
        raise typer.Exit(1)


@app.command()
def worker(
    scheduler: Annotated[str, typer.Option(help="Address of the Dask scheduler.")],
    slots: Annotated[int, typer.Option(help="Points at once.", min=1, max=256)] = 1,
    gpus: Annotated[int, typer.Option(help="GPUs to divide among the slots.", min=0)] = 0,
    folder: Annotated[
        Path | None, typer.Option(help="For what is temporary; none: in this repository.")
    ] = None,
    cache: Annotated[
        Path | None, typer.Option(help="DVC's cache; none: that of this repository.")
    ] = None,
    host: Annotated[
        str, typer.Option(help="Address that others reach this machine by.")
    ] = LOOPBACK,
) -> None:
    """Work at the points of studies until told to end; the cores are divided among the slots."""
    from mnist_autoencoders.parameters import load_parameters
    from mnist_autoencoders.studies.launch import work_for

    work_for(scheduler, load_parameters().tracking, slots, gpus, folder, cache, host)


@app.command()
def script(
    system: Annotated[Literal["slurm"], typer.Argument(help="The batch system.")],
    scheduler: Annotated[str, typer.Option(help="Address of the Dask scheduler.")] = (
        "tcp://ADDRESS-OF-THE-SCHEDULER:8786"
    ),
    workers: Annotated[int, typer.Option(help="Workers, one on each node.", min=1)] = 2,
    slots: Annotated[int, typer.Option(help="Points at once on each.", min=1)] = 1,
    cores: Annotated[int, typer.Option(help="Cores for each.", min=1)] = 4,
    gpus: Annotated[int, typer.Option(help="GPUs for each.", min=0)] = 0,
    hours: Annotated[int, typer.Option(help="At most.", min=1)] = 4,
) -> None:
    """Print a batch script that starts workers: `... script slurm > w.sh; sbatch w.sh`."""
    from mnist_autoencoders.studies.script import batch_script

    typer.echo(batch_script(system, scheduler, workers, slots, cores, gpus, hours), nl=False)


@app.command()
def log(point: Annotated[str, typer.Argument(help="Name of its experiment.")]) -> None:
    """Show what a point printed that failed."""
    from mnist_autoencoders.studies.study import log_of

    typer.echo(log_of(point))


if __name__ == "__main__":
    run(app)
