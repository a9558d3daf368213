"""How long trainings took: read by the page alone, so that no hashed file depends on a clock."""
