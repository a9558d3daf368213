"""Put the trained networks into scripts of the page: `python -m stages.laboratory`, seconds."""

from mnist_autoencoders.stagecraft.process import run, stage

app = stage()


@app.command()
def main() -> None:
    """Write out/laboratory: data and script of the page's laboratory."""
    import json

    from mnist_autoencoders.laboratory.bundle import bundle, front, scripts
    from mnist_autoencoders.laboratory.parameters import LaboratoryParameters
    from mnist_autoencoders.records import write_json
    from mnist_autoencoders.stagecraft.layout import LABORATORY
    from mnist_autoencoders.stagecraft.outputs import new_folder
    from mnist_autoencoders.stagecraft.parameters import read
    from mnist_autoencoders.stagecraft.terminal import say

    content = bundle(read("laboratory", LaboratoryParameters))
    left_out = content["left_out"]
    about = {"models": len(content["models"]), "left_out": left_out, "front": front()}
    with new_folder(LABORATORY) as folder:
        (folder / "laboratory.json").write_text(json.dumps(content), encoding="utf-8")
        (folder / "laboratory.js").write_text(scripts(), encoding="utf-8")
        write_json(folder / "about.json", about)
    if left_out:
        say(f"not in the laboratory, for `laboratory.megabytes`: {', '.join(left_out)}")


if __name__ == "__main__":
    run(app)
