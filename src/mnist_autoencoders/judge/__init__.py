"""What a trained classifier makes of images."""
