"""Draw the studies whose tables are there: `python -m stages.plot_studies`, seconds."""

from mnist_autoencoders.stagecraft.process import run, stage

app = stage()


@app.command()
def main() -> None:
    """Draw reports/study_figures, with what code has changed since each study."""
    from mnist_autoencoders.records import read_json, write_json, write_table
    from mnist_autoencoders.stagecraft.intact import read_table
    from mnist_autoencoders.stagecraft.layout import STUDIES, STUDY_FIGURES
    from mnist_autoencoders.stagecraft.outputs import new_folder
    from mnist_autoencoders.stagecraft.parameters import check
    from mnist_autoencoders.studies.parameters import StudyFigure
    from mnist_autoencoders.study_figures.changed import changed_since
    from mnist_autoencoders.study_figures.draw import draw_study, summary

    with new_folder(STUDY_FIGURES) as folder:
        changed = {}
        for path in sorted(STUDIES.glob("*.json")):
            name, about = path.stem, read_json(path, "figure", "code")
            figure = check(about["figure"], StudyFigure, str(path), ("figure",))
            table = read_table(path.with_suffix(".csv"))
            draw_study(name, table, figure, folder / f"{name}.png")
            write_table(folder / f"{name}.csv", summary(table, figure))
            changed[name] = changed_since(about["code"])
        write_json(folder / "changed.json", changed)


if __name__ == "__main__":
    run(app)
