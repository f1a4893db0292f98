"""The one error of this package."""

from madeleine.errors import ToolError


class KmodelError(ToolError):
    """A model file that is damaged, or asks for what the chip or this package cannot do; names the layer and byte."""
