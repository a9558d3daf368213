"""Figures of what models of digits make of pictures that are no digits."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from mnist_autoencoders.dataset.store import Images
from mnist_autoencoders.figures.style import COLOURS, MARKERS, log_ticks

CONTROLS = {"pca": "PCA of digits", "pca_temple": "PCA of the temple", "dct": "cosines (DCT)"}


def errors_by_set(table: pd.DataFrame, controls: pd.DataFrame) -> Figure:
    """Squared error, as it is and over the variance of the set, of every model on every set.

    Columns model, set, mse, relative_mse; a row of dots per model, a colour and marker per set.
    Below a line stand the `controls`, bases of as many `components` by `method`.
    """
    named = controls["method"].replace(CONTROLS) + ", " + controls["components"].astype(str)
    below = controls.assign(model=named)
    models, bases = list(table["model"].unique()), list(below["model"].unique())
    # an empty row sets them apart
    places = {name: place for place, name in enumerate([*models, None, *bases]) if name}
    both = pd.concat([table, below])
    figure, axes = plt.subplots(
        1, 2, figsize=(10, 1.8 + 0.35 * (1 + max(places.values()))), sharey=True
    )
    for axis, (score, label) in zip(
        axes, [("mse", "squared error"), ("relative_mse", "squared error over the set's variance")]
    ):
        for number, (name, rows) in enumerate(both.groupby("set", sort=False)):
            axis.scatter(
                rows[score], rows["model"].map(places), color=COLOURS[number % len(COLOURS)],
                label=name, zorder=3, marker=MARKERS[number % len(MARKERS)], s=45, linewidths=0,
            )  # fmt: skip
        axis.set(xscale="log", xlabel=label)
        log_ticks(axis.xaxis, (1, 3))
        axis.tick_params(axis="x", labelsize=9)
        if bases:
            axis.axhline(len(models), color="0.5", lw=0.8)
    axes[0].set_yticks([*places.values()], [*places])
    axes[0].invert_yaxis()
    axes[1].axvline(1, color="0.5", lw=0.8)
    figure.legend(
        *axes[0].get_legend_handles_labels(), loc="outside upper center",
        ncols=table["set"].nunique(),
    )  # fmt: skip
    return figure


def examples(sets: dict[str, Images], table: pd.DataFrame) -> Figure:
    """Images above their reconstructions, a band per set: uint8 `[2, n, 28, 28]` by name.

    `table` has the columns set and auroc of the same model.
    """
    count = max(pair.shape[1] for pair in sets.values())
    auroc = table.set_index("set")["auroc"]
    figure, panels = plt.subplots(len(sets), 1, figsize=(0.62 * count + 1.2, 1.32 * len(sets)))
    for axis, (name, pair) in zip(np.atleast_1d(panels), sets.items()):
        axis.imshow(
            np.vstack([np.hstack(list(row)) for row in pair]), cmap="gray", vmin=0, vmax=255
        )
        axis.set(xticks=[], yticks=[])
        axis.grid(visible=False)
        axis.spines[:].set_visible(False)
        label = name if name == "digits" else f"{name}\nAUROC {auroc[name]:.2f}"
        axis.set_ylabel(label, rotation=0, ha="right", va="center")
    figure.suptitle("Image above reconstruction")
    return figure
