"""Starting TensorFlow, and what it runs on."""
