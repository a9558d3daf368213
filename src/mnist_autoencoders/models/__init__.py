"""What every kind of network has in common; the kinds are in `model_kinds`."""
