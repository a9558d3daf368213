"""The figure of bytes against distortion."""

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mnist_autoencoders.envelopes import crossings, envelope
from mnist_autoencoders.figures.style import COLOURS, MARKERS, log_ticks

CODECS = {
    "jpeg": ("JPEG", COLOURS[1]),
    "webp": ("WebP", COLOURS[0]),
    "png": ("PNG", COLOURS[3]),
    "webp_lossless": ("WebP lossless", COLOURS[2]),
}
LAYOUTS = {"sheet": ("-", "one file for all images"), "single": ("--", "a file for each image")}
MODEL_COLOURS = (
    "#000000", *(COLOURS[number] for number in (5, 4, 3, 2, 7)), "#832db6", "#a96b59", "#882255",
)  # fmt: skip
"""One more than markers, so that no two of the first 72 models look alike."""


def rate_distortion(models: pd.DataFrame, codecs: pd.DataFrame, pca: pd.DataFrame) -> Figure:
    """Bytes of an image against PSNR: columns bytes and psnr, by model, codec, and components.

    A point of a model is marked where no model has a better PSNR for as few bytes; models that
    have such a point are named, the others are thin lines. A thick line joins these points, where
    it crosses that of JPEG in one file the place is written. `pca` may be empty.
    """
    figure, axes = plt.subplots(figsize=(9.5, 6))
    _draw_codecs(axes, codecs)
    if not pca.empty:
        linear = envelope(pca)
        axes.plot(
            linear["bytes"], linear["psnr"], ":", color="0.3", lw=2, label="best of the components"
        )  # fmt: skip
    best = envelope(models)
    axes.plot(
        best["bytes"], best["psnr"], color="0.8", lw=7, zorder=0.5, solid_capstyle="round",
        label="best of the autoencoders",
    )  # fmt: skip
    jpeg = codecs[(codecs["codec"] == "jpeg") & (codecs["layout"] == "sheet")]
    for size, psnr in crossings(best, jpeg):
        axes.plot(size, psnr, "o", ms=14, mfc="none", color=CODECS["jpeg"][1], mew=1.5, zorder=5)
        axes.annotate(
            f"as JPEG: {size:.0f} bytes, {psnr:.1f} dB", (size, psnr), (-16, 30),
            textcoords="offset points", color=CODECS["jpeg"][1], fontsize=9, ha="right",
        )  # fmt: skip
    named = list(dict.fromkeys(best["model"]))
    for name, curve in models.groupby("model", sort=False):
        if name not in named:
            axes.plot(curve["bytes"], curve["psnr"], color="0.75", lw=0.8, zorder=1)
    for number, name in enumerate(named):
        curve, on = models[models["model"] == name], best[best["model"] == name]
        colour, marker = MODEL_COLOURS[number % len(MODEL_COLOURS)], MARKERS[number % len(MARKERS)]
        axes.plot(curve["bytes"], curve["psnr"], color=colour, lw=0.8)
        axes.plot(on["bytes"], on["psnr"], marker, color=colour, ms=6, label=name)
    if len(named) < models["model"].nunique():
        axes.plot([], [], color="0.75", lw=0.8, label="other models")
    axes.set(xscale="log", xlabel="bytes per image (without the decoder)", ylabel="PSNR (dB)")
    log_ticks(axes.xaxis)
    axes.set_title("Rate and distortion; an image has 784 bytes")
    figure.legend(loc="outside right upper", fontsize=9)
    return figure


def _draw_codecs(axes: Axes, codecs: pd.DataFrame) -> None:
    """Curves of the lossy codecs and points of the lossless, each named once at its outer end."""
    for layout, (line, label) in LAYOUTS.items():
        axes.plot([], [], line, color="0.4", label=label)
        for codec, (name, colour) in CODECS.items():
            curve = codecs[(codecs["codec"] == codec) & (codecs["layout"] == layout)]
            filled = colour if layout == "sheet" else "white"
            marker = "." if len(curve) > 1 else "D"
            axes.plot(curve["bytes"], curve["psnr"], line, color=colour, marker=marker, mfc=filled)
            left = codec == "webp_lossless"
            if left == (layout == "sheet"):
                axes.annotate(
                    name, (curve["bytes"].iloc[-1], curve["psnr"].iloc[-1]), color=colour,
                    xytext=(-8 if left else 8, 0), textcoords="offset points", fontsize=9,
                    ha="right" if left else "left", va="center",
                )  # fmt: skip
