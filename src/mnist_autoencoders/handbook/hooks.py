"""What MkDocs calls while it builds the site: see `hooks:` of mkdocs.yml."""

from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from mnist_autoencoders.handbook.links import for_site, in_site, outside
from mnist_autoencoders.handbook.page import parameters_page
from mnist_autoencoders.stagecraft.layout import PARAMETERS

REFERENCE = "reference/parameters.md"


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add what pages lead to outside of docs/, and the reference of parameters."""
    root = Path(config.docs_dir).parent
    for path in outside(root):
        files.append(File.generated(config, in_site(path), abs_src_path=str(root / path)))
    text = parameters_page((root / PARAMETERS).read_text(encoding="utf-8"))
    files.append(File.generated(config, REFERENCE, content=text))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001
    """Turn links as they work in the repository into those of the site."""
    return for_site(markdown, page.file.src_uri)
