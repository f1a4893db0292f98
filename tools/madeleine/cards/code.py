"""From a card's text to its QR code, checked by the board's own grammar.

Which codes the board's decoder (a quirc) reads best was measured on virtual photographs (bench/cards.py): one
of version 2 is read more often than one of version 1 or 3 printed as wide, and the best level of error correction that
it has room for costs nothing.
"""

from dataclasses import dataclass

import segno

from madeleine.device import command, command_error
from madeleine.errors import ToolError

QUIET_MODULES = 4  # white around a code
SMALLEST_VERSION = 2  # version 1 has no alignment pattern
LEVEL = "m"  # at least; a code takes the best level its version has room for

Matrix = tuple[tuple[bool, ...], ...]


@dataclass(frozen=True)
class Code:
    """What the board does with a card, and the modules of its code (True is dark), without the quiet zone."""

    text: str
    request: command.Command
    matrix: Matrix

    @property
    def modules(self) -> int:
        """Along one side, with the quiet zone."""
        return len(self.matrix) + 2 * QUIET_MODULES


def code(text: str) -> Code:
    """The code of a text; ToolError for what the board would refuse."""
    try:
        request = command.parse_card(text)
    except command_error.CommandError as error:
        shown = "{...}" if text.startswith("{") else repr(text)  # a password may be in it
        raise ToolError(f"the camera would refuse the card {shown}: {error.text}") from None
    return Code(text, request, _matrix(text))


def _matrix(text: str) -> Matrix:
    # Left to itself segno writes りんご in Shift JIS and café in Latin-1; the board wants UTF-8.
    mode = None if text.isascii() else "byte"
    smallest = segno.make(text, error=LEVEL, mode=mode, encoding="utf-8", micro=False, boost_error=False)
    version = max(SMALLEST_VERSION, int(smallest.version))
    made = segno.make(text, error=LEVEL, mode=mode, encoding="utf-8", micro=False, version=version)
    return tuple(tuple(bool(module) for module in row) for row in made.matrix)
