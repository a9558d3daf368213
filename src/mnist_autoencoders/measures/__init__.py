"""Figures of images and codes, whatever they come from: functions on arrays."""
