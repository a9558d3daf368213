"""Codes laid out in a plane: t-SNE, principal components, and a code of two values."""
