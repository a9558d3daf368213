"""JPEG, WebP and PNG: what codecs for photographs make of the digits."""
