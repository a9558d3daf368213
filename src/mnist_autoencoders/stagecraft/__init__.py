"""What every command needs and no output is shaped by, so that no stage depends on it.

Paths, the reading of params.yaml (its values are in each stage's `params`), messages, signals,
and how outputs are moved into place.
"""
