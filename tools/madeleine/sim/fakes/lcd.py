"""`lcd`: the panel, 240 x 135."""

from madeleine.sim import power as _power
from madeleine.sim.world import PANEL_PX as _PANEL_PX
from madeleine.sim.world import world as _world

BLACK = 0x0000
WHITE = 0xFFFF
# The byte order of the others changed after v0.4.0.
RED, GREEN, BLUE = (0x00F8, 0xE007, 0x1F00) if _world.build.vectors else (0xF800, 0x07E0, 0x001F)
_STOLEN_PINS = (36, 37, 38, 39)  # a wrong type is for a board that has its panel there


def init(*, type=1, freq=20000000, color=BLACK, invert=False):
    """The wrong type leaves the panel dark and takes the buttons' pins."""
    if not _world.board.lcd:
        raise _power.Misuse('this board has no panel')
    if type not in _world.build.lcd_types:
        raise ValueError('type error')
    _world.lcd_rotation = 0
    _world.panel_on = type == _world.build.lcd_type
    if not _world.panel_on:
        for pin in _STOLEN_PINS:
            _world.pins.pop(pin, None)
    if _world.free_system_bytes() < 0:
        raise MemoryError('no memory for the panel')
    clear(color)


def deinit():
    _world.lcd_rotation = None
    _world.panel_on = False


def rotation(degrees=None):
    """0..3 quarter turns; 2 is upright on the M5StickV."""
    _check()
    if degrees is not None:
        if degrees not in (0, 1, 2, 3):
            raise ValueError('rotation is 0 to 3')
        _world.lcd_rotation = degrees
    return _world.lcd_rotation


def width():
    _check()
    return _PANEL_PX[_world.lcd_rotation % 2]


def height():
    _check()
    return _PANEL_PX[1 - _world.lcd_rotation % 2]


def display(image, *, roi=None, oft=None):
    _check()
    x, y, w, h = roi or (0, 0, image.width(), image.height())
    if x < 0 or y < 0 or x + w > image.width() or y + h > image.height():
        raise ValueError('roi outside the image')
    if oft and (oft[0] < 0 or oft[1] < 0 or oft[0] + w > width() or oft[1] + h > height()):
        raise _power.Misuse('lcd.display(oft=%r) of %d x %d overruns the panel buffer' % (oft, w, h))
    _world.painter.show(_world.panel, image._canvas, (x, y, w, h), oft, _as_seen())
    _world.shown, _world.texts = _world.texts, []


def clear(color=BLACK):
    _check()
    _world.painter.panel_fill(_world.panel, _rgb(color))
    _world.shown = []


def draw_string(x, y, text, color=WHITE, background=BLACK):
    """In this font only; colours come out with their bytes swapped once too often."""
    _check()
    if not isinstance(text, str):
        raise TypeError("can't convert to str")
    if not text or not (0 <= x < width() and 0 <= y < height()):
        raise _power.Misuse('lcd.draw_string of nothing, or off the panel, leaks 7.7 KB')
    colors = _rgb(_swapped(color)), _rgb(_swapped(background))
    _world.painter.panel_text(_world.panel, x, y, text, *colors, _world.build.lcd_font_px, _as_seen())
    _world.shown.append(text)


if _world.build.lcd_register:

    def register(command, data):
        """Panel settings; the picture appears without them."""
        _check()


def _as_seen():
    """The rotation for a person before the camera, however that is mounted."""
    return (_world.lcd_rotation + 2) % 4 if _world.turned else _world.lcd_rotation


def _check():
    if _world.lcd_rotation is None:
        raise ValueError('not init')


def _number(color):
    """A colour as this build's number for it."""
    if isinstance(color, int):
        return color
    red, green, blue = color
    number = (red >> 3) << 11 | (green >> 2) << 5 | blue >> 3
    return _turned(number) if _world.build.vectors else number


def _turned(number):
    return (number & 0xFF) << 8 | number >> 8


def _swapped(color):
    return _turned(_number(color))


def _rgb(color):
    number = _turned(_number(color)) if _world.build.vectors else _number(color)
    red, green, blue = number >> 11, number >> 5 & 63, number & 31
    return (red << 3 | red >> 2, green << 2 | green >> 4, blue << 3 | blue >> 2)
