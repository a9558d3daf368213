"""The trained networks, and what is done with them, as data and scripts for a page."""
