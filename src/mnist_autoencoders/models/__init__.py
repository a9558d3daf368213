"""The networks: their parameters, how they are built, computed fast, and stored."""
