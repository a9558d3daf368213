"""The report: one page that needs nothing beside it."""
