"""Figures of studies, with the interval that the mean over seeds lies in."""
