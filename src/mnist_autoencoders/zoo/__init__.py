"""Which models are there to train: again with other seeds, or only when asked for."""
