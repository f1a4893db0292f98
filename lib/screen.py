"""Draws what the session shows onto pictures. Laid out when the view changes, drawn on every picture. No panel."""

from micropython import const

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from typing import Any

    from image import Image

    from view import View

    Color = tuple[int, int, int]

GREEN = (0, 255, 0)
AMBER = (255, 170, 0)
RED = (255, 0, 0)
BLUE = (80, 160, 255)
WHITE = (255, 255, 255)
GREY = (90, 90, 90)
BLACK = (0, 0, 0)
CELL_PX = 8  # width of a character at scale 1: mono space, every build
LINE_PX = 12  # height of a line at scale 1: the taller of the two fonts (8x10 to v0.5.0, 8x12 later)
MENU_LINES = 9
MESSAGE_LINES = 3
DISTANCE_CELLS = 8


def plain(text: str) -> str:
    """Text as the board's fonts can show it: ASCII, a question mark for everything else."""
    for character in text:
        if not 32 <= ord(character) < 127:
            return ''.join(c if 32 <= ord(c) < 127 else '?' for c in text)
    return text


class Screen:
    """The part of a picture that the panel shows, and what was last laid out for it."""

    def __init__(self, x: int, y: int, width: int, height: int) -> None:
        self.x, self.y, self.width, self.height = x, y, width, height
        self._layout = None  # type: tuple[object, ...] | None
        self._distance = None  # type: int | None
        self._distance_text = ''
        self._steps = []  # type: list[Any]  # in the order of drawing: arguments of _draw_text or _draw_box

    def draw(self, picture: 'Image', view: 'View') -> None:
        """Draw a view onto the next picture."""
        layout = view.layout()
        if layout != self._layout:
            self._layout = layout
            del self._steps[:]
            _lay_out(self, view)
        if view.distance is not None and not view.menu:
            if view.distance != self._distance:
                self._distance = view.distance
                self._distance_text = '%d.%d' % (view.distance // 10, view.distance % 10)
            self._draw_text(picture, self.x + 5, self.y + 4 + 3 * LINE_PX, self._distance_text, WHITE, 1)
        for step in self._steps:
            if len(step) == 5:
                self._draw_text(picture, *step)
            else:
                self._draw_box(picture, *step)

    def _draw_text(self, picture: 'Image', x: int, y: int, text: str, color: 'Color', scale: int) -> None:
        """On a shadow, so that it can be read on any picture."""
        picture.draw_string(x + 1, y + 1, text, color=BLACK, scale=scale, x_spacing=0, mono_space=True)
        picture.draw_string(x, y, text, color=color, scale=scale, x_spacing=0, mono_space=True)

    def _draw_box(
        self, picture: 'Image', x: int, y: int, width: int, height: int, color: 'Color', fill: bool, thickness: int
    ) -> None:
        picture.draw_rectangle(x, y, width, height, color=color, fill=fill, thickness=thickness)

    def text(self, x: int, y: int, text: str, color: 'Color' = WHITE, scale: int = 1) -> None:
        """One line, cut at the right edge."""
        text = plain(text)[: max(0, (self.width - 1 - x) // (CELL_PX * scale))]  # 1: the shadow
        if text:
            self._steps.append((self.x + x, self.y + y, text, color, scale))

    def box(
        self, x: int, y: int, width: int, height: int, color: 'Color', fill: bool = True, thickness: int = 1
    ) -> None:
        self._steps.append((self.x + x, self.y + y, width, height, color, fill, thickness))

    def frame(self, color: 'Color') -> None:
        self.box(1, 1, self.width - 2, self.height - 2, color, False, 3)  # a line of 3 goes one beyond both sides


def _lay_out(area: Screen, view: 'View') -> None:
    if view.menu:
        return _menu(area, view.menu, view.cursor)
    _answer(area, view)
    _bottom(area, view)
    if view.question:
        _question(area, view)
    elif view.count_down is not None:
        _count_down(area, view)
    elif view.message:
        _message(area, view.message)


def _fitting_scale(area: Screen, text: str) -> int:
    """The largest of 3, 2, 1 at which the text fits."""
    for scale in (3, 2):
        if len(text) * CELL_PX * scale <= area.width - 8:
            return scale
    return 1


def _answer(area: Screen, view: 'View') -> None:
    if view.oddness is not None:
        color, text = (RED, 'odd') if view.odd else (GREEN, 'good')
        area.frame(color)
        area.text(5, 4, '%s %d' % (text, view.oddness), color, 3)
    elif view.name:
        color, text = GREEN, view.name
        if not view.sure:
            color, text = AMBER, text[: area.width // CELL_PX - 2] + '?'  # the sign has to fit
        area.frame(color)
        area.text(5, 4, text, color, _fitting_scale(area, text))
    if view.gauge is not None:
        text = '%3s' % view.gauge + (' ' + view.unit if view.unit else '')
        scale = 2 if len(text) * 2 * CELL_PX < area.width - DISTANCE_CELLS * CELL_PX else 1
        area.text(area.width - 5 - len(text) * scale * CELL_PX, 4 + 3 * LINE_PX, text, BLUE, scale)
        area.text(area.width - 5 - len(view.gauge_name) * CELL_PX, 4 + 5 * LINE_PX, view.gauge_name, BLUE)
        if view.percent:
            area.box(5, area.height - 34, (area.width - 10) * view.percent // 100, 5, BLUE)
        area.box(5, area.height - 34, area.width - 10, 5, BLUE, False)


def _bottom(area: Screen, view: 'View') -> None:
    y = area.height - LINE_PX - 4
    status_x = area.width - 6 - len(view.status) * CELL_PX
    count = ' (%d)' % view.count
    name_cells = status_x // CELL_PX - len(count) - 1
    area.text(5, y, view.selected[: max(0, name_cells)] + count)
    area.text(status_x, y, view.status)


def wrapped(text: str, columns: int) -> 'list[str]':
    """A text as lines of at most so many characters, broken between words where that can be done."""
    lines = ['']
    for word in text.split(' '):
        if lines[-1] and len(lines[-1]) + 1 + len(word) > columns:
            lines.append('')
        lines[-1] = lines[-1] + ' ' + word if lines[-1] else word
        while len(lines[-1]) > columns:
            rest = lines[-1][columns:]
            lines[-1] = lines[-1][:columns]
            lines.append(rest)
    return lines


def _message(area: Screen, text: str) -> None:
    lines = wrapped(text, (area.width - 6) // CELL_PX)[:MESSAGE_LINES]
    y = area.height - (2 + len(lines)) * LINE_PX
    area.box(0, y - 4, area.width, len(lines) * LINE_PX + 8, BLACK)
    for line in lines:
        area.text(5, y, line)
        y += LINE_PX


def _count_down(area: Screen, view: 'View') -> None:
    area.frame(RED)
    area.text(area.width // 2 - 2 * CELL_PX, area.height // 2 - 2 * LINE_PX, str(view.count_down), RED, 4)
    _message(area, view.lesson)


def _question(area: Screen, view: 'View') -> None:
    """In large letters if it fits, else in two lines: a name may be long."""
    area.box(0, 40, area.width, 3 * LINE_PX + 16, BLACK)
    scale = min(2, _fitting_scale(area, view.question))
    lines = [view.question] if scale == 2 else wrapped(view.question, (area.width - 6) // CELL_PX)[:2]
    for row, line in enumerate(lines):
        area.text(5, 46 + row * LINE_PX, line, RED, scale)
    area.text(5, 46 + 2 * LINE_PX + 4, 'A: yes   B: no')


def _menu(area: Screen, lines: 'list[str]', cursor: int) -> None:
    area.box(0, 0, area.width, area.height, BLACK)
    first = max(0, min(cursor - MENU_LINES + 2, len(lines) - MENU_LINES))
    for row, line in enumerate(lines[first : first + MENU_LINES]):
        y = 4 + row * (LINE_PX + 2)
        if first + row == cursor:
            area.box(0, y - 2, area.width, LINE_PX + 3, GREY)
        area.text(8, y, line)
