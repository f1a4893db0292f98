"""Draws what the session shows onto pictures: laid out part by part when that changes, drawn on every picture."""

from micropython import const

from letters import LARGE, LINES_PX, SMALL, Plain

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from collections.abc import Callable
    from typing import Any

    from image import Image

    from canvas import Band, Bands
    from letters import Color
    from typeface import Typeface
    from view import View

GREEN = (0, 255, 0)
AMBER = (255, 170, 0)
RED = (255, 0, 0)
BLUE = (80, 160, 255)
WHITE = (255, 255, 255)
GREY = (90, 90, 90)
BLACK = (0, 0, 0)
LINE_PX = LINES_PX[SMALL]
LARGE_PX = LINES_PX[LARGE]
DARK_GREEN = (0, 110, 0)
DARK_AMBER = (130, 85, 0)
MENU_LINES = 8
MESSAGE_LINES = 3
BAND_PX = LINE_PX + 10  # at the bottom: the meter, and what button A teaches
METER_PX = 4
ANSWER_PX = LARGE_PX + 4  # of its band
FRAME_PX = 3
NUMBER_PX = 44  # the distance, right of what button A teaches
BATTERY_PX = (22, 9)
CHIP_PX = 17  # a button's letter and what is around it
RING_PX = 60  # of a count-down, with the ground that it lies on
_QUARTER = ((0, -24), (12, -21), (21, -12))  # of its parts, from its middle
RING = _QUARTER + tuple(
    [(-y, x) for x, y in _QUARTER] + [(-x, -y) for x, y in _QUARTER] + [(y, -x) for x, y in _QUARTER]
)
VIEWS = 5  # of a class: as many are enough


class Part:
    """What is laid out together."""

    def __init__(self) -> None:
        self.layout = None  # type: tuple[object, ...] | None  # what it was laid out for
        self.band = None  # type: Band | None  # the one that is painted last
        self.steps = []  # type: list[tuple[Callable[..., object], tuple[Any, ...]]]  # what draws, and with what


class Screen:
    """The part of a picture that the panel shows, and what was last laid out for it.

    `face` measures and draws text: of typeface.py, or of letters.py. `bands` (canvas.py) holds dark bands with what is
    on them; without it, or where it is full, all is drawn on each picture.
    """

    def __init__(self, x: int, y: int, width: int, height: int) -> None:
        self.x, self.y, self.width, self.height = x, y, width, height
        self.face = Plain()  # type: Typeface | Plain
        self.bands = None  # type: Bands | None
        self._number = None  # type: int | None  # the distance that is written on the band
        self._answer, self._talk = Part(), Part()  # in the order of drawing
        self._part = self._answer  # that is laid out

    def draw(self, picture: 'Image', view: 'View') -> None:
        """Draw a view onto the next picture."""
        if self._begin(self._answer, view.answer()):
            _answer(self, view)
        if self._begin(self._talk, view.talk()):
            self._number = None
            _talk(self, view)
        distance = view.distance
        if view.menu or view.message or view.asks():
            distance = None  # something else lies there
        band = self._talk.band
        if distance is not None and band and view.number != self._number:
            self._number = view.number
            self._paint_number(band.image(), 0, 0, view.number)
        for part in (self._answer, self._talk):
            for act, arguments in part.steps:
                act(picture, *arguments)
        if distance is not None:
            y = self.y + self.height - BAND_PX
            _box(picture, self.x + _on_meter(self.width - 3, distance, view.limit), y, 3, METER_PX + 2, WHITE, True, 1)
            if not band:
                self._paint_number(picture, self.x, y, view.number)

    def _begin(self, part: Part, layout: 'tuple[object, ...]') -> bool:
        """Has this part to be laid out again? Then it is empty now."""
        if part.layout == layout:
            return False
        self._part, part.layout, part.band = part, layout, None
        del part.steps[:]
        if self.bands and part is self._talk:
            self.bands.clear()
        return True

    def _paint_number(self, picture: 'Image', x: int, y: int, number: 'int | None') -> None:
        """Digit by digit, so that few texts are made; onto a band that begins there."""
        x, y = x + self.width - BATTERY_PX[0] - NUMBER_PX, y + BAND_PX - LINE_PX - 2
        _box(picture, x, y, NUMBER_PX - 8, LINE_PX, BLACK, True, 1)
        for digit in str(number):
            x += self.face.draw(picture, x, y, (digit, SMALL, WHITE, BLACK))

    def text(
        self, x: int, y: int, text: str, color: 'Color' = WHITE, size: int = SMALL, ground: 'Color' = BLACK
    ) -> None:
        """One line, cut where a frame begins at the right edge."""
        text = self.cut(text, size, self.width - FRAME_PX - x)
        if text:
            self._put(self.face.draw, x, y, LINES_PX[size], ((text, size, color, ground),))

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
        self._put(_box, x, y, height, (width, height, color, fill, thickness))

    def band(self, y: int, height: int) -> None:
        """A dark ground from edge to edge; what follows on it is painted now, if there is memory for it."""
        part, bands = self._part, self.bands
        if bands:
            part.band = bands.first(y) if part is self._answer else bands.take(y, height)
        self.box(0, y, self.width, height, BLACK)
        if part.band:
            part.steps.append((part.band.lay, ()))

    def frame(self, color: 'Color') -> None:
        self.box(1, 1, self.width - 2, self.height - 2, color, False, FRAME_PX)  # the line goes one beyond both sides

    def _put(self, act: 'Callable[..., object]', x: int, y: int, height: int, arguments: 'tuple[object, ...]') -> None:
        """Now on the band, if there it lies, else on each picture."""
        band = self._part.band
        if band and band.holds(y, height):
            act(band.image(), x, y - band.y, *arguments)
        else:
            self._part.steps.append((act, (self.x + x, self.y + y) + arguments))

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


def _box(picture: 'Image', x: int, y: int, width: int, height: int, color: 'Color', fill: bool, thickness: int) -> None:
    picture.draw_rectangle(x, y, width, height, color=color, fill=fill, thickness=thickness)


def _talk(area: Screen, view: 'View') -> None:
    if view.menu:
        _menu(area, view, view.menu)
    elif view.question:
        _question(area, view)
    elif view.count_down is not None:
        _count_down(area, view)
    elif view.message:
        _message(area, view.message)
    else:
        _bottom(area, view)


def _fitting_size(area: Screen, text: str) -> int:
    """The larger one, if the text fits."""
    return LARGE if area.face.width(text, LARGE) <= area.width - 8 else SMALL


def _answer(area: Screen, view: 'View') -> None:
    """On a dark band, so that it can be read on any picture."""
    if view.oddness is not None:
        color, text = (RED, 'odd') if view.odd else (GREEN, 'good')
        text = '%s %d' % (view.say(text), view.oddness)
    elif view.name:
        color, text = GREEN, view.name
        if not view.sure:  # the sign has to fit
            color, text = AMBER, area.cut(text, SMALL, area.width - 20) + '?'
    else:
        text = ''
    if view.menu:  # it covers all
        return
    if text:
        area.band(0, ANSWER_PX)
        area.frame(color)
        size = _fitting_size(area, text)
        area.text(6, 3 if size == LARGE else 9, text, color, size)
    if view.gauge is not None and not view.asks():
        _gauge(area, view)


def _gauge(area: Screen, view: 'View') -> None:
    text = '%s %s' % (view.gauge, view.unit) if view.unit else str(view.gauge)
    size = _fitting_size(area, text)
    right = area.width - 5
    y = 7 + LARGE_PX
    area.text(right - area.face.width(text, size), y, text, BLUE, size)
    name = area.cut(view.gauge_name, SMALL, area.width - 10)
    area.text(right - area.face.width(name, SMALL), y + LARGE_PX, name, BLUE)
    bar_y = area.height - BAND_PX - 9
    if view.percent:
        area.box(5, bar_y, (area.width - 10) * view.percent // 100, 5, BLUE)
    area.box(5, bar_y, area.width - 10, 5, BLUE, False)


def _on_meter(length_px: int, distance: int, limit: int) -> int:
    """Where a distance lies on a meter that ends at one and a half times the limit."""
    end = limit + limit // 2 or 1
    return min(distance, end) * length_px // end


def _bottom(area: Screen, view: 'View') -> None:
    """The meter: sure, probable, nothing. Then the class that button A teaches, and the battery."""
    y = area.height - BAND_PX
    area.band(y, BAND_PX)
    if view.distance is not None:
        sure, seen = [_on_meter(area.width, mark, view.limit) for mark in (view.strict, view.limit)]
        for left, right, color in ((0, sure, DARK_GREEN), (sure, seen, DARK_AMBER), (seen, area.width, GREY)):
            area.box(left, y + 1, max(1, right - left), METER_PX, color)
    y = area.height - LINE_PX - 2
    if view.hint:
        area.text(6, y, view.hint, BLUE)
    else:
        _chips(area, y, view)
    if view.battery is not None:
        draw_battery(area.box, area.width - BATTERY_PX[0] - 5, y + 2, view.battery, view.low, view.usb)


def _chips(area: Screen, y: int, view: 'View') -> None:
    """What button A teaches, and if there is room, what B selects."""
    measure, end = area.face.width, area.width - BATTERY_PX[0] - NUMBER_PX
    selected = view.selected if view.count else view.say('new: %s' % view.selected)
    count = ' (%d)' % view.count if view.count else ''
    _chip(area, 3, y, 'A')
    x = 3 + CHIP_PX
    if view.locked:
        _lock(area, x, y + 1)
        x += 12
    name = area.cut(selected, SMALL, end - x - 6 - measure(count, SMALL)) + count
    area.text(x, y, name)
    following = view.following or view.say('new')
    x += 6 + measure(name, SMALL)
    if x + CHIP_PX + measure(following, SMALL) <= end:
        _chip(area, x, y, 'B')
        area.text(x + CHIP_PX, y, following)


def _chip(area: Screen, x: int, y: int, letter: str) -> None:
    area.box(x, y, area.face.width(letter, SMALL) + 6, LINE_PX, GREY)
    area.text(x + 3, y, letter, WHITE, SMALL, GREY)


def _lock(area: Screen, x: int, y: int) -> None:
    area.box(x + 2, y, 5, 7, AMBER, False)
    area.box(x, y + 5, 9, 7, AMBER)


def draw_battery(box: 'Callable[..., object]', x: int, y: int, percent: int, low: bool, usb: bool) -> None:
    """With two prongs of a plug while USB gives power. `box` draws: x, y, width, height, colour, is it full."""
    width, height = BATTERY_PX
    color = RED if low else WHITE
    box(x, y, width, height, color, False)
    box(x + width, y + 3, 2, height - 6, color, True)
    box(x + 2, y + 2, max(1, (width - 4) * percent // 100), height - 4, color, True)
    if usb:
        box(x - 3, y + 2, 3, 2, color, True)
        box(x - 3, y + height - 4, 3, 2, color, True)


def _message(area: Screen, text: str, hint: str = '') -> None:
    lines = area.wrapped(text, area.width - 8)[:MESSAGE_LINES]
    y = area.height - (len(lines) + bool(hint)) * LINE_PX - 8
    area.band(y - 4, area.height - y + 4)
    for line in lines:
        area.text(4, y, line)
        y += LINE_PX
    if hint:
        area.text(4, y, hint, BLUE)


def _count_down(area: Screen, view: 'View') -> None:
    """Whole seconds in a ring that goes in quarters of them."""
    area.frame(RED)
    x, y, half = area.width // 2, area.height // 2 - 5, RING_PX // 2
    area.box(x - half, y - half, RING_PX, RING_PX, BLACK)
    for number, (right, down) in enumerate(RING):
        color = RED if number >= len(RING) - view.ring else GREY
        area.box(x + right - 3, y + down - 3, 6, 6, color)
    digit = str(view.count_down)
    area.text(x - area.face.width(digit, LARGE) // 2, y - LARGE_PX // 2, digit, WHITE, LARGE)
    _message(area, view.lesson, view.hint)


def _question(area: Screen, view: 'View') -> None:
    """In large letters if it fits, else in two lines: a name may be long."""
    area.band(40, 2 * LINE_PX + 14)
    size = _fitting_size(area, view.question)
    lines = [view.question] if size == LARGE else area.wrapped(view.question, area.width - 10)[:2]
    y = 46 if size == LARGE else 46 + (2 - len(lines)) * LINE_PX // 2
    for row, line in enumerate(lines):
        area.text(6, y + row * LINE_PX, line, RED, size)
    _hint(area, view.hint)


def _hint(area: Screen, text: str) -> None:
    """What the buttons do now, at the bottom."""
    area.band(area.height - LINE_PX - 6, LINE_PX + 6)
    area.text(6, area.height - LINE_PX - 4, text, BLUE)


def _menu(area: Screen, view: 'View', lines: 'list[str]') -> None:
    cursor, views = view.cursor, view.views
    area.band(0, area.height)
    first = max(0, min(cursor - MENU_LINES + 2, len(lines) - MENU_LINES))
    for row, line in enumerate(lines[first : first + MENU_LINES]):
        y = 2 + row * LINE_PX  # the last one ends where the hint begins
        ground = GREY if first + row == cursor else BLACK
        if ground == GREY:
            area.box(0, y, area.width, LINE_PX, GREY)
        if views:
            line = area.cut(line, SMALL, area.width - 12 - 8 * VIEWS)
            for number in range(VIEWS):
                color = GREEN if number < views[first + row] else DARK_GREEN
                area.box(area.width - 6 - 8 * (VIEWS - number), y + 4, 6, 7, color)
        area.text(6, y, line, WHITE, SMALL, ground)
    _hint(area, view.hint)
