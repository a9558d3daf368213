"""Using a trained model on one's own pictures: the command `autoencoders`."""
