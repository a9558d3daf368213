"""Compare two revisions or experiments: `python -m stages.compare main code_size-3f2a9c1b04de`."""

from pathlib import Path
from typing import Annotated

import typer

from mnist_autoencoders.stagecraft.process import run, stage

app = stage()


@app.command()
def main(
    a: Annotated[str, typer.Argument(help="A commit, a branch, a tag or a DVC experiment.")],
    b: Annotated[str, typer.Argument(help="Another one.")] = "HEAD",
    model: Annotated[
        list[str] | None, typer.Option(help="Compare this model alone; may be given again.")
    ] = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The page; the table goes beside it as .md.")
    ] = Path("reports/compare.html"),
) -> None:
    """Write what differs as a page with pictures and as a Markdown table, which is printed too."""
    from mnist_autoencoders.backend.start import start_tensorflow
    from mnist_autoencoders.compare.revision import Revision
    from mnist_autoencoders.parameters import load_parameters
    from mnist_autoencoders.stagecraft.outputs import new_file
    from mnist_autoencoders.stagecraft.terminal import say

    sides = Revision.of(a), Revision.of(b)
    parameters = load_parameters()
    start_tensorflow(parameters.runtime, parameters.seed)

    from mnist_autoencoders.compare.report import compare

    comparison = compare(*sides, model or [])
    with new_file(output) as path:
        path.write_text(comparison.render(), encoding="utf-8")
    with new_file(output.with_suffix(".md")) as path:
        path.write_text(comparison.markdown(), encoding="utf-8")
    typer.echo(comparison.markdown())
    say(f"{output} has it with pictures")


if __name__ == "__main__":
    run(app)
