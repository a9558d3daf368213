"""The kinds of networks, one module each, named as the kind."""
