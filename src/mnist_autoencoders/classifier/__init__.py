"""A small classifier trained on the labels, and what it makes of generated images."""
