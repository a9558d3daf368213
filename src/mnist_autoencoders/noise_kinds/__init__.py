"""The kinds of noise, one module each, named as the kind.

scikit-image is imported where it is used: params.yaml is checked without it, in half the time.
"""
