"""Denoisers learnt from many training images without a network: a linear map, and Bayes' rule."""
