"""Remove what entries that are no longer in params.yaml left: `make prune`.

DVC's cache keeps it: an entry that comes back is not computed anew.
"""

from mnist_autoencoders.stagecraft.process import run, stage

app = stage()


@app.command()
def main() -> None:
    """Remove outputs of models, noises and rungs of the ladder that params.yaml no longer names."""
    from mnist_autoencoders.parameters import load_parameters
    from mnist_autoencoders.pipeline.prune import leftovers
    from mnist_autoencoders.stagecraft.outputs import remove
    from mnist_autoencoders.stagecraft.terminal import say

    left = leftovers(load_parameters())
    for path in left:
        remove(path)
        say(f"removed {path}")
    if not left:
        say("nothing is left over")


if __name__ == "__main__":
    run(app)
