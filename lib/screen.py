"""Draws what the session shows onto pictures. Laid out when the view changes, drawn on every picture. No panel."""

from micropython import const

from text import LARGE, LINES_PX, SMALL, Plain

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from typing import Any

    from image import Image

    from text import Key, Text
    from view import View

    Color = tuple[int, int, int]

GREEN = (0, 255, 0)
AMBER = (255, 170, 0)
RED = (255, 0, 0)
BLUE = (80, 160, 255)
WHITE = (255, 255, 255)
GREY = (90, 90, 90)
BLACK = (0, 0, 0)
LINE_PX = LINES_PX[SMALL]
LARGE_PX = LINES_PX[LARGE]
MENU_LINES = 9
MESSAGE_LINES = 3
DISTANCE_PX = 56


class Screen:
    """The part of a picture that the panel shows, and what was last laid out for it.

    `face` measures and draws text: one of text.py.
    """

    def __init__(self, x: int, y: int, width: int, height: int) -> None:
        self.x, self.y, self.width, self.height = x, y, width, height
        self.face = Plain()  # type: Text | Plain
        self._layout = None  # type: tuple[object, ...] | None
        self._distance = None  # type: int | None
        self._digits = []  # type: list[Key]  # of the distance
        self._steps = []  # type: list[Any]  # in the order of drawing: (x, y, text) or arguments of _draw_box

    def draw(self, picture: 'Image', view: 'View') -> None:
        """Draw a view onto the next picture."""
        layout = view.layout()
        if layout != self._layout:
            self._layout = layout
            del self._steps[:]
            _lay_out(self, view)
        if view.distance is not None and not view.menu:
            self._draw_distance(picture, view.distance)
        for step in self._steps:
            if len(step) == 3:
                self.face.draw(picture, *step)
            else:
                self._draw_box(picture, *step)

    def _draw_distance(self, picture: 'Image', distance: int) -> None:
        """Digit by digit: it is another one in almost every frame, and digits are drawn already."""
        if distance != self._distance:
            self._distance = distance
            text = '%d.%d' % (distance // 10, distance % 10)
            self._digits = [(digit, SMALL, WHITE, BLACK) for digit in text]
        x = self.x + 5
        for digit in self._digits:
            x += self.face.draw(picture, x, self.y + 5 + LARGE_PX, digit)

    def _draw_box(
        self, picture: 'Image', x: int, y: int, width: int, height: int, color: 'Color', fill: bool, thickness: int
    ) -> None:
        picture.draw_rectangle(x, y, width, height, color=color, fill=fill, thickness=thickness)

    def text(
        self, x: int, y: int, text: str, color: 'Color' = WHITE, size: int = SMALL, ground: 'Color' = BLACK
    ) -> None:
        """One line, cut at the right edge."""
        text = self.cut(text, size, self.width - x)
        if text:
            self._steps.append((self.x + x, self.y + y, (text, size, color, ground)))

    def cut(self, text: str, size: int, width: int) -> str:
        """The text, or as much of its beginning as fits and a sign that it is cut."""
        measure = self.face.width
        if measure(text, size) <= width:
            return text
        while text and measure(text + self.face.MORE, size) > width:
            text = text[:-1]
        return text + self.face.MORE if text else ''

    def box(
        self, x: int, y: int, width: int, height: int, color: 'Color', fill: bool = True, thickness: int = 1
    ) -> None:
        self._steps.append((self.x + x, self.y + y, width, height, color, fill, thickness))

    def frame(self, color: 'Color') -> None:
        self.box(1, 1, self.width - 2, self.height - 2, color, False, 3)  # a line of 3 goes one beyond both sides

    def wrapped(self, text: str, width: int) -> 'list[str]':
        """A text as lines of small letters, broken between words where that can be done."""
        measure, lines = self.face.width, ['']
        for word in text.split(' '):
            joined = lines[-1] + ' ' + word if lines[-1] else word
            if measure(joined, SMALL) <= width:
                lines[-1] = joined
                continue
            if lines[-1]:
                lines.append('')
            while measure(word, SMALL) > width and len(word) > 1:
                count = 1
                while measure(word[: count + 1], SMALL) <= width:
                    count += 1
                lines[-1] = word[:count]
                lines.append('')
                word = word[count:]
            lines[-1] = word
        return lines


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


def _fitting_size(area: Screen, text: str) -> int:
    """The larger one, if the text fits."""
    return LARGE if area.face.width(text, LARGE) <= area.width - 8 else SMALL


def _answer(area: Screen, view: 'View') -> None:
    if view.oddness is not None:
        color, text = (RED, 'odd') if view.odd else (GREEN, 'good')
        area.frame(color)
        area.text(5, 4, '%s %d' % (text, view.oddness), color, LARGE)
    elif view.name:
        color, text = GREEN, view.name
        if not view.sure:  # the sign has to fit
            color, text = AMBER, area.cut(text, SMALL, area.width - 20) + '?'
        area.frame(color)
        area.text(5, 4, text, color, _fitting_size(area, text))
    if view.gauge is not None:
        _gauge(area, view)


def _gauge(area: Screen, view: 'View') -> None:
    text = '%s %s' % (view.gauge, view.unit) if view.unit else str(view.gauge)
    size = LARGE if area.face.width(text, LARGE) < area.width - DISTANCE_PX else SMALL
    right = area.width - 5
    y = 4 + LARGE_PX
    area.text(right - area.face.width(text, size), y, text, BLUE, size)
    name = area.cut(view.gauge_name, SMALL, area.width - 10)
    area.text(right - area.face.width(name, SMALL), y + LARGE_PX, name, BLUE)
    if view.percent:
        area.box(5, area.height - 34, (area.width - 10) * view.percent // 100, 5, BLUE)
    area.box(5, area.height - 34, area.width - 10, 5, BLUE, False)


def _bottom(area: Screen, view: 'View') -> None:
    y = area.height - LINE_PX - 4
    measure = area.face.width
    status_x = area.width - 5 - measure(view.status, SMALL)
    count = ' (%d)' % view.count
    area.text(5, y, area.cut(view.selected, SMALL, status_x - 9 - measure(count, SMALL)) + count)
    area.text(status_x, y, view.status)


def _message(area: Screen, text: str) -> None:
    lines = area.wrapped(text, area.width - 8)[:MESSAGE_LINES]
    y = area.height - len(lines) * LINE_PX - 8
    area.box(0, y - 4, area.width, len(lines) * LINE_PX + 12, BLACK)
    for line in lines:
        area.text(4, y, line)
        y += LINE_PX


def _count_down(area: Screen, view: 'View') -> None:
    area.frame(RED)
    area.text(area.width // 2 - 10, area.height // 2 - 2 * LINE_PX, str(view.count_down), RED, LARGE)
    _message(area, view.lesson)


def _question(area: Screen, view: 'View') -> None:
    """In large letters if it fits, else in two lines: a name may be long."""
    area.box(0, 40, area.width, 3 * LINE_PX + 16, BLACK)
    size = _fitting_size(area, view.question)
    lines = [view.question] if size == LARGE else area.wrapped(view.question, area.width - 10)[:2]
    for row, line in enumerate(lines):
        area.text(5, 44 + row * LINE_PX, line, RED, size)
    area.text(5, 44 + 2 * LINE_PX + 6, 'A: yes   B: no')


def _menu(area: Screen, lines: 'list[str]', cursor: int) -> None:
    area.box(0, 0, area.width, area.height, BLACK)
    first = max(0, min(cursor - MENU_LINES + 2, len(lines) - MENU_LINES))
    for row, line in enumerate(lines[first : first + MENU_LINES]):
        y = 4 + row * LINE_PX
        ground = GREY if first + row == cursor else BLACK
        if ground == GREY:
            area.box(0, y, area.width, LINE_PX, GREY)
        area.text(6, y, line, WHITE, SMALL, ground)
