"""What every kind of noise has in common; the kinds are in `noise_kinds`."""
