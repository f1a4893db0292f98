"""Where cards lie on the sheets of paper, and how large they are printed.

The M5StickV's lens sees 55 degrees (docs.m5stack.com, StickV), taken as the width of 320 pixels, the worse case: across
the diagonal there would be more pixels. So its focal length is 160 / tan(27.5 degrees) = 307 pixels, and what is
w mm wide is w * 307 / d pixels wide at a distance of d mm. A code of version 2 has 25 modules and 4 quiet ones on each
side; with 5 pixels a module, which the board's decoder wants, its card takes 33 * 5 = 165 of the picture's 224 pixels.
At 170 mm that is 165 * 170 / 307 = 91 mm: four cards on a sheet. Two thirds farther away (28 cm) a module has 3 pixels,
and a second or third look is needed. A code of version 3 is printed as wide; longer texts have modules of the same size
and make wider cards.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from madeleine.cards.code import QUIET_MODULES, Matrix
from madeleine.cards.deck import Card
from madeleine.errors import ToolError

FOCAL_PX = 307
CARD_PX = 165  # of a card, in the camera's picture at the distance it is made for
MODULE_PX = CARD_PX / 37  # at least: of a code of version 3
DISTANCE_MM = 170.0
PAPERS_MM = {"a4": (210.0, 297.0), "letter": (215.9, 279.4)}
MARGIN_MM = 9.0  # where printers do not print
TITLE_MM, NOTE_MM = 6.0, 3.4  # size of the letters
LINE_HEIGHT = 1.35  # of the size
DESCENT = 0.35
FOOT_MM = 2.0  # below the last line
SIDE_MM = 2.0  # beside a line of text


@dataclass(frozen=True)
class Text:
    """A line of text: where the middle of its baseline is, from the top left, and how large its letters are."""

    x_mm: float
    y_mm: float
    size_mm: float
    text: str
    bold: bool


@dataclass(frozen=True)
class Print:
    """A code on paper: the top left of its first module."""

    x_mm: float
    y_mm: float
    module_mm: float
    matrix: Matrix

    def runs(self) -> Iterator[tuple[float, float, float, float]]:
        """Its dark modules as rectangles, joined along the rows: left, top, right, bottom in mm."""
        for row, modules in enumerate(self.matrix):
            start = None
            for column, dark in enumerate((*modules, False)):
                if dark and start is None:
                    start = column
                elif not dark and start is not None:
                    yield self._rectangle(start, row, column, row + 1)
                    start = None

    def _rectangle(self, *edges: int) -> tuple[float, float, float, float]:
        left, top, right, bottom = (edge * self.module_mm for edge in edges)
        return self.x_mm + left, self.y_mm + top, self.x_mm + right, self.y_mm + bottom


@dataclass(frozen=True)
class Page:
    """One sheet: codes, texts, and the points where cuts cross."""

    size_mm: tuple[float, float]
    codes: tuple[Print, ...]
    texts: tuple[Text, ...]
    marks_mm: tuple[tuple[float, float], ...]


def card_mm(modules: int, distance_mm: float) -> float:
    """How wide the card of a code is printed, quiet zone included."""
    return max(CARD_PX, MODULE_PX * modules) * distance_mm / FOCAL_PX


def _rooms(paper: str, cell_mm: tuple[float, float]) -> tuple[float, float]:
    """How many cells fit beside each other and below each other, with fractions."""
    width, height = (side_mm - 2 * MARGIN_MM for side_mm in PAPERS_MM[paper])
    return width / cell_mm[0], height / cell_mm[1]


def pages(cards: Sequence[Card], paper: str, distance_mm: float) -> list[Page]:
    """Sheets with all cards in rows, each as large as the largest; ToolError when one is larger than the paper."""
    width = max(card_mm(card.code.modules, distance_mm) for card in cards)
    notes = max(len(card.notes) for card in cards)
    cell_mm = (width, width + LINE_HEIGHT * (TITLE_MM + notes * NOTE_MM) + FOOT_MM)
    rooms = _rooms(paper, cell_mm)
    if min(rooms) < 1:
        raise ToolError(
            f"cards for {distance_mm / 10:g} cm are {width:.0f} mm wide, too large for {paper}: "
            f"--distance {int(distance_mm * min(rooms) / 10)} or less"
        )
    grid = int(rooms[0]), int(rooms[1])
    each = grid[0] * grid[1]
    return [_page(cards[i : i + each], PAPERS_MM[paper], grid, cell_mm) for i in range(0, len(cards), each)]


def _page(
    cards: Sequence[Card], size_mm: tuple[float, float], grid: tuple[int, int], cell_mm: tuple[float, float]
) -> Page:
    """The cards in the middle of a sheet, row by row."""
    left, top = ((side - count * cell) / 2 for side, count, cell in zip(size_mm, grid, cell_mm, strict=True))
    codes: list[Print] = []
    texts: list[Text] = []
    marks = set()
    for index, card in enumerate(cards):
        row, column = divmod(index, grid[0])
        x_mm, y_mm = left + column * cell_mm[0], top + row * cell_mm[1]
        module_mm = cell_mm[0] / card.code.modules
        quiet_mm = QUIET_MODULES * module_mm
        codes.append(Print(x_mm + quiet_mm, y_mm + quiet_mm, module_mm, card.code.matrix))
        texts += _caption(card, x_mm, y_mm + cell_mm[0], cell_mm[0])
        marks |= {(left + (column + i) * cell_mm[0], top + (row + j) * cell_mm[1]) for i in (0, 1) for j in (0, 1)}
    return Page(size_mm, tuple(codes), tuple(texts), tuple(sorted(marks)))


def _caption(card: Card, x_mm: float, y_mm: float, width_mm: float) -> Iterator[Text]:
    """The lines below a code; one that is too long gets smaller letters."""
    for text, size_mm, bold in ((card.title, TITLE_MM, True), *((note, NOTE_MM, False) for note in card.notes)):
        fitting_mm = min(size_mm, (width_mm - 2 * SIDE_MM) / ems(text))
        y_mm += LINE_HEIGHT * size_mm
        yield Text(x_mm + width_mm / 2, y_mm - DESCENT * size_mm, fitting_mm, text, bold)


def ems(text: str) -> float:
    """About how wide a text is, in sizes of its letters; rather more than less."""
    return sum(1.0 if unicodedata.east_asian_width(letter) in "WFA" else 0.62 for letter in text) or 1.0
