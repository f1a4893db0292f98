"""The feature models there are; fetching, making, changing, running one; what is inside a file."""

from .entries import Entry, catalogue, find_model, find_network

__all__ = ["Entry", "catalogue", "find_model", "find_network"]
