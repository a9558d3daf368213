"""docs/ as pages that open offline: `make docs`. No stage uses it."""
