"""Images that are no digits, to tell what knows digits from what copies anything."""
