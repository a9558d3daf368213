"""Named noises: what they do to an image, and noisy copies of a whole image set."""
