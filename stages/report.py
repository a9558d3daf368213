"""Write the report page: `python -m stages.report`, seconds."""

from mnist_autoencoders.stagecraft.process import run, stage

app = stage()


@app.command()
def main() -> None:
    """Write reports/index.html, one page with everything in it."""
    from typing import Any

    from mnist_autoencoders.dataset.store import read_card
    from mnist_autoencoders.page.laboratory import read_laboratory
    from mnist_autoencoders.page.render import Report
    from mnist_autoencoders.page.studies import read_studies
    from mnist_autoencoders.stagecraft import layout
    from mnist_autoencoders.stagecraft.intact import read_table, read_tables
    from mnist_autoencoders.stagecraft.outputs import new_file
    from mnist_autoencoders.stagecraft.parameters import read
    from mnist_autoencoders.stagecraft.schema import Name

    report = Report(
        card=read_card(layout.CLEAN),
        noises=list(read("noises", dict[Name, Any])),
        tables=read_tables(layout.TABLES),
        claims=read_table(layout.CLAIMS.with_suffix(".csv")),
        off=read("claims.off", float),
        near_zero=read("evaluation.near_zero", float),
        studies=read_studies(layout.STUDIES, layout.STUDY_FIGURES),
        laboratory=read_laboratory(layout.LABORATORY),
    )
    with new_file(layout.PAGE) as path:
        path.write_text(report.render(), encoding="utf-8")


if __name__ == "__main__":
    run(app)
