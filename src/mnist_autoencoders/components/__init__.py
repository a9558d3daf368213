"""Principal components as an encoder and a decoder."""
