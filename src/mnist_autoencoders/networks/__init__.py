"""Trained networks: applied to many values, and stored."""
