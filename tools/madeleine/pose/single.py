"""One person in the maps of a pose network: each point is where its heat is greatest, moved by its short offset.

Plain Python in the language of the board, over flat sequences as the chip gives them, so that a camera can do the same.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

POINTS = 17
STRIDE_PX = 16  # from cell to cell; the first cell's middle is at pixel 0


def find_points(heat: "Sequence[float]", short: "Sequence[float]", columns: int) -> "list[tuple[float, float, float]]":
    """(x, y, heat) of each point, in pixels of the network's picture.

    heat: 17 maps, row after row of `columns` cells; short: 17 maps of y and 17 of x, in pixels.
    """
    cells = len(heat) // POINTS
    found = []
    for first in range(0, len(heat), cells):
        best = first
        for place in range(first, first + cells):
            if heat[place] > heat[best]:
                best = place
        row, column = divmod(best - first, columns)
        across = short[best + len(heat)]
        found.append((STRIDE_PX * column + across, STRIDE_PX * row + short[best], heat[best]))
    return found
