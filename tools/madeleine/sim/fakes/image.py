"""`image`: pictures in RGB565 and what can be drawn on them. The pixels are the painter's."""

import uctypes as _uctypes
import ustruct as _ustruct

from madeleine.sim import power as _power
from madeleine.sim.world import AI_RAM as _AI_RAM
from madeleine.sim.world import QR_SCRATCH_BYTES as _QR_SCRATCH_BYTES
from madeleine.sim.world import world as _world

_WHITE = (255, 255, 255)

class Image:
    """A picture; `Image(size=(w, h))` is black. Its AI planes are there after `pix_to_ai` or from the camera."""

    def __init__(self, *, size=(240, 135), _canvas=None):
        self._own = _canvas or _world.painter.canvas(_whole(size[0]), _whole(size[1]))
        self._ai = None  # what the KPU sees
        self._is_copy = False
        self._mirrored = False
        self._header = None
        if not _canvas:
            shape = _ustruct.pack('<iii', size[0], size[1], 2)
            self._header = bytearray(b'TypeType' + shape + b'....' + _ustruct.pack('<Q', _uctypes.addressof(self)))
            self._read = bytes(self._header)
            _world.headers[id(self)] = self._header

    @property
    def _canvas(self):
        """What is drawn on: pixels of its own, or those to which the header has been made to point."""
        if self._header and self._header != self._read:
            self._read = bytes(self._header)
            width, height, depth = _ustruct.unpack('<iii', self._read[8:20])
            if depth != 2:
                raise _power.Misuse('an image with %d bytes a pixel' % depth)
            self._own = _uctypes._rows_at(_ustruct.unpack('<Q', self._read[24:])[0], width, height)
        return self._own

    @property
    def _place(self):
        """Where in the AI RAM its pixels lie; None elsewhere."""
        address = _ustruct.unpack('<Q', self._header[24:])[0] if self._header else 0
        return address if _AI_RAM <= address < _AI_RAM + len(_world.ai_ram) else None

    @property
    def _size(self):
        return self._canvas.width, self._canvas.height

    def width(self):
        return self._canvas.width

    def height(self):
        return self._canvas.height

    def size(self):
        return 2 * self.width() * self.height()

    def format(self):
        import sensor

        return sensor.RGB565

    def to_bytes(self):
        """The pixels, two bytes each: themselves, but a copy on v0.4.0."""
        pixels = _world.painter.pixels(self._canvas)
        return pixels if _world.build.pixels_shared else bytearray(pixels)

    def replace(self, *, vflip=False):
        """Turn the picture upside down, in place; what the KPU sees of it stays."""
        pixels, row = _world.painter.pixels(self._canvas), 2 * self._size[0]
        if vflip:
            pixels[:] = b''.join([pixels[start : start + row] for start in range(len(pixels) - row, -1, -row)])
            self._mirrored = not self._mirrored
        return self

    def copy(self, roi=None):
        x, y, width, height = roi or (0, 0) + self._size
        return self._derived(_world.painter.copy(self._canvas, x, y, width, height), width, height)

    def cut(self, x, y, w, h):
        if x < 0 or y < 0 or x + w > self._size[0] or y + h > self._size[1]:
            raise _power.Misuse('cut(%d, %d, %d, %d) leaves unset pixels' % (x, y, w, h))
        return self._derived(_world.painter.copy(self._canvas, x, y, w, h), w, h)

    def resize(self, w, h):
        new = self._derived(_world.painter.resize(self._canvas, w, h), w, h)
        new._is_copy = False
        return new

    def _derived(self, canvas, width, height):
        new = Image(size=(width, height), _canvas=canvas)
        new._is_copy = True
        new._mirrored = self._mirrored
        return new

    def pix_to_ai(self):
        """Give the KPU what is drawn."""
        if self._is_copy and not _world.build.copied_to_ai:
            raise _power.Misuse('pix_to_ai() on a copy corrupts memory in this build')
        self._ai = _world.painter.seen(self._canvas)

    def clear(self):
        return self.draw_rectangle(0, 0, self._size[0], self._size[1], color=(0, 0, 0), fill=True)

    def get_pixel(self, x, y):
        if not (0 <= x < self._size[0] and 0 <= y < self._size[1]):
            return None
        return _world.painter.get_pixel(self._canvas, x, y)

    def set_pixel(self, x, y, color=_WHITE):
        _world.painter.fill(self._canvas, x, y, 1, 1, _tuple(color))
        return self

    def draw_rectangle(self, *args, color=_WHITE, thickness=1, fill=False):
        x, y, w, h = _numbers(args, 4)
        color = _tuple(color)
        painter, canvas, t = _world.painter, self._canvas, thickness
        if fill:
            painter.fill(canvas, x, y, w, h, color)
            _world.cover_texts(self._place, x, y, w, h)
        else:
            outer = t // 2  # the line lies half outside
            x, y, w, h = x - outer, y - outer, w + 2 * outer, h + 2 * outer
            for part in ((x, y, w, t), (x, y + h - t, w, t), (x, y, t, h), (x + w - t, y, t, h)):
                painter.fill(canvas, part[0], part[1], part[2], part[3], color)
        return self

    def draw_line(self, *args, color=_WHITE, thickness=1):
        x0, y0, x1, y1 = _numbers(args, 4)
        _world.painter.line(self._canvas, x0, y0, x1, y1, _tuple(color), thickness)
        return self

    def draw_circle(self, *args, color=_WHITE, thickness=1, fill=False):
        x, y, radius = _numbers(args, 3)
        _world.painter.circle(self._canvas, x, y, radius, _tuple(color), thickness, fill)
        return self

    def draw_cross(self, x, y, *, color=_WHITE, size=5, thickness=1):
        self.draw_line(x - size, y, x + size, y, color=color, thickness=thickness)
        return self.draw_line(x, y - size, x, y + size, color=color, thickness=thickness)

    def draw_string(
        self, x, y, text, *, color=_WHITE, scale=1, x_spacing=0, y_spacing=0, mono_space=_world.build.mono_space
    ):
        if not isinstance(text, str):
            raise TypeError("can't convert to str")
        _world.note_text(self._place, x, y, text)
        _world.painter.text(
            self._canvas,
            _whole(x),
            _whole(y),
            text,
            _tuple(color),
            scale,
            _world.build.font_px,
            x_spacing,
            y_spacing,
            mono_space,
        )
        return self

    def draw_image(self, image, x, y, *, x_scale=1.0, y_scale=1.0, alpha=256):
        if alpha != 256:
            raise _power.Misuse('draw_image with alpha means something else in each build; use blend')
        source = image._canvas
        if x_scale != 1 or y_scale != 1:
            size = int(image.width() * x_scale), int(image.height() * y_scale)
            source = _world.painter.resize(source, size[0], size[1])
        _world.painter.paste(self._canvas, source, _whole(x), _whole(y))
        return self

    def get_statistics(self, roi=None):
        x, y, width, height = roi or (0, 0) + self._size
        return _Statistics(_world.painter.statistics(self._canvas, x, y, width, height))

    def find_qrcodes(self, roi=None):
        """The codes in view; only when one is there the memory for the search is asked for."""
        if self._mirrored:  # the firmware's reader knows no mirrored codes (seen on v0.5.0)
            return []
        codes = _world.eyes.read_cards(_world.painter.seen(self._canvas))
        if codes and _world.free_system_bytes() < _QR_SCRATCH_BYTES:
            raise MemoryError('Out of Memory! Please reduce the resolution of the image you are running this on')
        return [_QrCode(payload, self._size) for payload in codes]


if _world.build.fonts:
    UTF8 = 0

    def font_load(index, width, height, source):
        raise OSError('no font is burned at %s' % source)

    def font_free():
        """There is none."""


class _Statistics:
    """Mean and spread of the lightness, 0..100."""

    def __init__(self, numbers):
        self._mean, self._stdev = numbers

    def l_mean(self):
        return self._mean

    def l_stdev(self):
        return self._stdev

    mean, stdev = l_mean, l_stdev


class _QrCode:
    """A code that was found: its text as the camera read it, which need not be UTF-8."""

    def __init__(self, payload, size):
        self._payload = payload
        self._rect = (0, 0, size[0], size[1])

    def payload(self):
        return self._payload.decode('utf-8', 'surrogateescape')  # encode() raises UnicodeError for what is no UTF-8

    def rect(self):
        return self._rect


def _numbers(args, count):
    """(x, y, ...) given as `count` arguments or as one tuple."""
    if len(args) == 1 and isinstance(args[0], (tuple, list)):
        args = args[0]
    if len(args) != count:
        raise TypeError('%d numbers or one tuple of them' % count)
    return [_whole(number) for number in args]


def _whole(number):
    if not isinstance(number, int):
        raise TypeError("can't convert %s to int" % type(number).__name__)
    return number


def _tuple(color):
    if not isinstance(color, (tuple, list)) or len(color) != 3:
        raise _power.Misuse('colour %r: a number means another colour in each build; use (r, g, b)' % (color,))
    return color
