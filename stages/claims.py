"""Collect all tables and judge the claims by them: `python -m stages.claims`, a second."""

from mnist_autoencoders.terminal import run, stage

app = stage()


@app.command()
def main() -> None:
    """Write reports/tables, and reports/claims as a table and as a text."""
    from mnist_autoencoders import layout
    from mnist_autoencoders.claims import tables
    from mnist_autoencoders.claims.evidence import Evidence
    from mnist_autoencoders.claims.judge import as_markdown, judge_claims
    from mnist_autoencoders.claims.published import compare_with_published
    from mnist_autoencoders.outputs import new_file, new_folder
    from mnist_autoencoders.parameters import load_parameters

    parameters = load_parameters()
    models = list(parameters.models)
    for folder in (layout.TRAINING, layout.EVALUATION, layout.METRICS, layout.TIMINGS):
        tables.prune(folder, models)
    collected = tables.collect(models)
    published = compare_with_published(collected["scores"], collected["curves"])
    with new_folder(layout.TABLES) as folder:
        for name, table in {**collected, "published": published}.items():
            table.to_csv(folder / f"{name}.csv", index=False)
    inputs = {name: model.input for name, model in parameters.models.items()}
    claims = judge_claims(Evidence.of_tables(collected, inputs, parameters.noises))
    with new_file(layout.CLAIMS.with_suffix(".csv")) as path:
        claims.to_csv(path, index=False)
    with new_file(layout.CLAIMS.with_suffix(".md")) as path:
        path.write_text(as_markdown(claims), encoding="utf-8")


if __name__ == "__main__":
    run(app)
