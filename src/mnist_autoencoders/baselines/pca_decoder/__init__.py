"""A network's decoder on the principal components: what a sigmoid adds to a linear code."""
