"""Figures and tables from what training and evaluation left; nothing here computes a model."""
