"""Classical denoisers, each with its best strength for a noise."""
