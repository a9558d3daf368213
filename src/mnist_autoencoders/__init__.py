"""The classic autoencoders on MNIST: rebuilt, compared and extended as one pipeline."""
