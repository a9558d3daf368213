"""Networks in a phrase."""

from mnist_autoencoders.models.parameters import Convolutional, Dense, ModelParameters, Strided


def architecture(model: ModelParameters) -> str:
    """The network in one phrase, such as 784-15-784."""
    match model:
        case Dense():
            code = (
                f"({model.code_size}, {model.code_size})" if model.variational else model.code_size
            )
            return "-".join(map(str, [784, *model.hidden, code, *model.hidden[::-1], 784]))
        case Convolutional():
            inward = [f"conv {filters}, pool" for filters in model.filters]
            outward = [f"conv {filters}, up" for filters in model.filters[::-1]]
            return ", ".join([*inward, *outward, "conv 1"])
        case Strided():
            inward = [
                f"conv {layer.filters} ({layer.kernel}x{layer.kernel}, stride {layer.stride})"
                + (", pool" if layer.pool > 1 else "")
                for layer in model.encoder
            ]
            outward = [
                f"transposed conv {layer.filters} ({layer.kernel}x{layer.kernel}, stride "
                f"{layer.stride})"
                for layer in model.decoder
            ]
            return ", ".join(inward + outward)
