"""What takes too long for `make test`: `make trials` runs it, and it prints what it found."""
