"""Write the report page: `python -m stages.report`, a second."""

from mnist_autoencoders.terminal import run, stage

app = stage()


@app.command()
def main() -> None:
    """Write reports/index.html, one page with everything in it."""
    from mnist_autoencoders import layout
    from mnist_autoencoders.dataset.store import read_card
    from mnist_autoencoders.outputs import new_file
    from mnist_autoencoders.page.render import render_page
    from mnist_autoencoders.parameters import load_parameters

    parameters = load_parameters()
    page = render_page(
        read_card(layout.CLEAN),
        parameters.models,
        list(parameters.noises),
        scores=layout.TABLES / "scores.csv",
        figures=layout.FIGURES,
        previews=layout.NOISE_PREVIEWS,
    )
    with new_file(layout.PAGE) as path:
        path.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    run(app)
