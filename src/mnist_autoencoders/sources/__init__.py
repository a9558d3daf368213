"""Where the images come from: a download, the embedded subset, or a folder of the user's."""
