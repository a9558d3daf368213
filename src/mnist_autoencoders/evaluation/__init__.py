"""What a trained model is worth: the same figures for every model, on the test images."""
