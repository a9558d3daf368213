"""What the autoencoders are compared with; nothing here knows a model."""
