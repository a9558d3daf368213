"""Studies: the same models under many settings and seeds, each point a DVC experiment."""
