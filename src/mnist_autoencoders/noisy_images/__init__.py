"""Noisy copies of images, reproducible image by image."""
