"""Links work in the repository and in the site."""

from pathlib import Path

from mnist_autoencoders.handbook.links import for_site, outside

LINKED = """\
[a](other.md#part) ![b](../../reports/figures/pca.png) [c](../studies.md)
[d](https://x.org/y.md) [e](#here)

```sh
echo "[f](../../x.md)"
```
[g](../../README.md)
"""


def test_links_out_of_the_docs_lead_to_copies_in_the_site() -> None:
    assert for_site(LINKED, "course/1.md") == (
        LINKED.replace("../../reports", "../repository/reports").replace(
            "../../README", "../repository/README"
        )
    )
    readme = for_site("[a](docs/studies.md#x) [b](LICENSE)", "repository/README.md")
    assert readme == "[a](../studies.md#x) [b](LICENSE)"


def test_what_pages_lead_to_is_found_and_followed(tmp_path: Path) -> None:
    for name, text in {
        "docs/course/1.md": LINKED,
        "README.md": "[a](reports/claims.md) [b](docs/course/1.md) [gone](reports/gone.png)",
        "reports/claims.md": "![a](figures/scores.png)",
        "reports/figures/pca.png": "",
        "reports/figures/scores.png": "",
        "reports/figures/unused.png": "",
        "x.md": "",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    pictures = [f"reports/figures/{name}.png" for name in ("pca", "scores")]
    assert outside(tmp_path) == ["README.md", "reports/claims.md", *pictures]
