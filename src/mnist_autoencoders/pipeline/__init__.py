"""Running the DVC pipeline as a whole."""
