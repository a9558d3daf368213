"""Two revisions or experiments side by side: figures, and what their models make of one digit."""
