"""The table of an export."""

from rich.table import Table

from mnist_autoencoders.export.export import Exported
from mnist_autoencoders.stagecraft.terminal import console


def show(rows: list[Exported]) -> None:
    """Print what was exported: sizes, differences from Keras, images per second."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("model")
    table.add_column("format")
    table.add_column("file")
    for title in ("kB", "differs by", "images/s"):
        table.add_column(title, justify="right", no_wrap=True)
    for row in rows:
        table.add_row(
            row.model,
            row.format,
            row.path.name,
            f"{row.size / 1000:,.0f}",
            f"{row.difference:.1e}" if row.format != "keras" else "",
            f"{row.images_per_second:,.0f}",
        )
    console.print(table)
