"""Lay the codes of one model out by t-SNE: `python -m stages.embed_codes`, half a minute."""

from mnist_autoencoders.stagecraft.process import run, stage

app = stage()


@app.command()
def main() -> None:
    """Write the points of t-SNE, and how well the digits lie apart in them."""
    import numpy as np

    from mnist_autoencoders.embedding.planes import write_planes
    from mnist_autoencoders.embedding.tsne import tsne
    from mnist_autoencoders.measures.pixels import spread
    from mnist_autoencoders.stagecraft.intact import intact
    from mnist_autoencoders.stagecraft.layout import CLEAN, CODE_PLANE, EVALUATION
    from mnist_autoencoders.stagecraft.outputs import new_folder
    from mnist_autoencoders.stagecraft.parameters import read
    from mnist_autoencoders.stagecraft.schema import Name, Seed

    path = EVALUATION / read("embedding.model", Name) / "codes.npy"
    with intact(path):
        codes = np.load(path)
    codes = codes[spread(len(codes), read("embedding.images", int))]
    neighbours, sample = read("embedding.neighbours", int), read("evaluation.sample", int)
    seed = read("seed", Seed)
    planes = {"tsne_code": tsne(codes, read("embedding.perplexity", float), seed)}
    with new_folder(CODE_PLANE) as folder:
        write_planes(planes, CLEAN, neighbours, sample, seed, folder)


if __name__ == "__main__":
    run(app)
