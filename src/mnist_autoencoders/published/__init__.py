"""The figures that the tutorials printed."""
