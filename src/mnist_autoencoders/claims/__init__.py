"""What the tutorials printed and what they claimed, against what was measured here."""
