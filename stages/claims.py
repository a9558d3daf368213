"""Judge the claims of the tutorials by the tables: `python -m stages.claims`, a second."""

from mnist_autoencoders.stagecraft.process import run, stage

app = stage()


@app.command()
def main() -> None:
    """Write reports/claims as a table and as a text."""
    from mnist_autoencoders.claims.evidence import Evidence
    from mnist_autoencoders.claims.judge import as_markdown, judge_claims
    from mnist_autoencoders.claims.parameters import ClaimParameters
    from mnist_autoencoders.stagecraft.intact import read_tables
    from mnist_autoencoders.stagecraft.layout import CLAIMS, TABLES
    from mnist_autoencoders.stagecraft.outputs import new_file
    from mnist_autoencoders.stagecraft.parameters import read

    tables = read_tables(TABLES)
    thresholds = read("claims", ClaimParameters)
    claims = judge_claims(Evidence.of_tables(tables, thresholds))
    with new_file(CLAIMS.with_suffix(".csv")) as path:
        claims.to_csv(path, index=False)
    with new_file(CLAIMS.with_suffix(".md")) as path:
        path.write_text(as_markdown(claims), encoding="utf-8")


if __name__ == "__main__":
    run(app)
