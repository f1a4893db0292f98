"""`madeleine model`: the feature models there are; fetching, making, changing, running one; what is inside a file."""

from .command import add_parser
from .entries import Entry, catalogue, find_model

__all__ = ["Entry", "add_parser", "catalogue", "find_model"]
