"""The camera's typeface: text as a strip of pixels, made once, kept, and drawn onto each picture in one call.

Fonts are files (docs/FORMATS.md); a glyph is read when a text needs it. Strips lie in the KPU's memory.
"""

from array import array

import ubinascii
import uctypes
import ustruct
from micropython import const

import canvas
from characters import codes
from letters import LARGE, LINES_PX, SMALL, WANTED_BYTES, Plain, margin

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from collections.abc import Sequence
    from typing import Any

    from image import Image
    from uio import FileIO

    from files import Files
    from letters import Color, Key

BASELINES_PX = (11, 21)  # from its top
SUFFIX = '.font'
LATIN = 'latin' + SUFFIX  # which all others leave to it
MAGIC, VERSION = b'MFNT', 1
HEAD_BYTES = 16
PAGES, PAGE_BYTES = 256, 768  # a page: where each of 256 characters is, 3 bytes
ASCII_MOST_BYTES = 12288
_LEAST_BYTES = const(20480)  # on the heap, where the KPU's memory is full: the longest strip, and letters
_SCRATCH_BYTES = const(2048)  # pixels of one glyph
_ENTRIES = const(48)  # strips and glyphs kept, at most: each takes some 200 bytes of the heap
_WIDEST_PX = const(240)
_RECORD_BYTES = const(255)
_DIGIT_PX = const(7)  # of a code in a box: room for the widest
_FIRST, _ASCII = const(32), const(95)  # characters that stay in memory


class Font:
    """A font file, open only while a glyph is read."""

    def __init__(self, files: 'Files', name: str) -> None:
        """OSError or ValueError when it cannot be read or is not of this kind."""
        self._files, self._name = files, name
        with files.open(name, 'rb') as file:
            head, self._pages = file.read(HEAD_BYTES), file.read(PAGES)
        if len(head) < HEAD_BYTES or len(self._pages) < PAGES or head[:4] != MAGIC:
            raise ValueError(name)
        version, small_px, large_px, _, size, crc = ustruct.unpack_from('<BBBBII', head, 4)
        found = ubinascii.crc32(self._pages, ubinascii.crc32(head[:12])) & 0xFFFFFFFF
        if version != VERSION or (small_px, large_px) != LINES_PX or crc != found or size != files.size(name):
            raise ValueError(name)

    def records(self, codes: 'list[int]') -> 'list[bytes]':
        """Both sizes of each character; empty when there is none, or a damaged one."""
        if not any([self._page(code) for code in codes]):
            return [b''] * len(codes)  # opening the file would cost more than all else
        try:
            with self._files.open(self._name, 'rb') as file:
                return [self._read(file, code) for code in codes]
        except OSError:  # the file is gone
            return [b''] * len(codes)

    def _page(self, code: int) -> int:
        return self._pages[code >> 8] if code >> 8 < PAGES else 0

    def _read(self, file: 'FileIO', code: int) -> bytes:
        page = self._page(code)
        if not page:
            return b''
        file.seek(HEAD_BYTES + PAGES + (page - 1) * PAGE_BYTES + 3 * (code & 0xFF))
        at = int.from_bytes(file.read(3), 'little')
        if not at:
            return b''
        file.seek(at)
        return whole(file.read(_RECORD_BYTES))

    def read_ascii(self, address: int) -> int:
        """Read where the letters of ASCII are, and their records, to an address; returns the number of bytes."""
        with self._files.open(self._name, 'rb') as file:
            file.seek(HEAD_BYTES + PAGES + (self._pages[0] - 1) * PAGE_BYTES + 3 * _FIRST)
            places = uctypes.bytearray_at(address, 3 * _ASCII)
            file.readinto(places)
            first, last = [int.from_bytes(part, 'little') for part in (places[:3], places[-3:])]
            if not self._pages[0] or not 0 < last - first < ASCII_MOST_BYTES:
                raise ValueError(self._name)
            file.seek(first)
            size_bytes = last - first + _RECORD_BYTES
            file.readinto(uctypes.bytearray_at(address + 3 * _ASCII, size_bytes))
        return 3 * _ASCII + size_bytes


def whole(record: 'bytes | bytearray') -> bytes:
    """A record cut to its length; empty when it is damaged."""
    record = bytes(record[: record[0]]) if record else b''
    if len(record) < 12 or ubinascii.crc32(record[2:]) & 0xFF != record[1]:
        return b''
    return record


class Ring:
    """Memory in which new things take the place of the oldest."""

    def __init__(self, address: int, size_bytes: int) -> None:
        self._address, self._size_bytes = address, size_bytes
        self._next = 0
        self._places = {}  # type: dict[Any, tuple[int, int, int]]  # key: start, bytes, width
        self._order = []  # type: list[Any]  # keys, the oldest first

    def find(self, key: object) -> 'tuple[int, int, int] | None':
        """(address, bytes, width) of what is kept under a key."""
        return self._places.get(key)

    def place(self, key: object, size_bytes: int, width: int = 0) -> int:
        """The address of so many bytes for a key that is not there yet."""
        if self._next + size_bytes > self._size_bytes:
            self._drop_from(self._next, self._size_bytes)
            self._next = 0
        start, self._next = self._next, self._next + size_bytes
        self._drop_from(start, self._next)
        if len(self._order) == _ENTRIES:
            del self._places[self._order.pop(0)]
        self._order.append(key)
        self._places[key] = self._address + start, size_bytes, width
        return self._address + start

    def _drop_from(self, start: int, end: int) -> None:
        """Forget what lies there: the oldest of all."""
        while self._order and start <= self._places[self._order[0]][0] - self._address < end:
            del self._places[self._order.pop(0)]


class Typeface:
    """Measures and draws text."""

    MORE = '…'  # where a text is cut

    def __init__(self, image: 'type[Image]', files: 'Files', address: int, size_bytes: int) -> None:
        """ValueError or OSError without a Latin font, or on a build whose images are not known."""
        self._strip, self._glyph = canvas.Pointed(image), canvas.Pointed(image)
        latin = Font(files, LATIN)
        self._fonts = [latin] + _others(files)
        self._scratch, self._ascii = address, address + _SCRATCH_BYTES
        if size_bytes >= WANTED_BYTES:
            used = _SCRATCH_BYTES + latin.read_ascii(self._ascii)
        else:
            self._heap = array('B', bytes(_LEAST_BYTES))  # kept by its address
            self._scratch, self._ascii = uctypes.addressof(self._heap), 0
            used, size_bytes = _SCRATCH_BYTES, _LEAST_BYTES
        self._ring = Ring(self._scratch + used, size_bytes - used)
        self._wide = self._ascii_advances() if self._ascii else b''  # of the letters of ASCII, in both sizes
        self._colors = None  # type: tuple[Color, Color] | None
        self._pairs = []  # type: list[bytes]  # two pixels in these colours, by the code of a hexadecimal digit

    def width(self, text: str, size: int) -> int:
        """Pixels of a text."""
        width, points = 2 * margin(text), codes(text)
        self._fetch(points)
        for code in points:
            width += self._advance(code, size)
        return width

    def draw(self, picture: 'Image', x: int, y: int, what: 'Key') -> int:
        """Draw a text onto a picture; returns its width."""
        place = self._ring.find(what) or self._make(what)
        picture.draw_image(self._strip.at(place[2], LINES_PX[what[1]], place[0]), x, y)
        return place[2]

    def _make(self, what: 'Key') -> 'tuple[int, int, int]':
        """A strip with the text."""
        text, size, color, ground = what
        width = max(1, min(_WIDEST_PX, self.width(text, size)))
        address = self._ring.place(what, 2 * width * LINES_PX[size], width)
        self._mix(color, ground)
        points = codes(text)
        self._fetch(points)
        self._strip.at(width, LINES_PX[size], address)
        self._strip.image.draw_rectangle(0, 0, width, LINES_PX[size], color=ground, fill=True)
        x = margin(text)
        for code in points:
            x = self._put(x, code, size, color)
            if x >= width:
                break
        return address, 0, width

    def _put(self, x: int, code: int, size: int, color: 'Color') -> int:
        """A character onto the strip; returns where the next one goes."""
        record = self._record(code)
        if not record:
            return self._put_box(x, code, size, color)
        self._stamp(x, 0, record, size)
        return x + record[6 + 5 * size]

    def _put_box(self, x: int, code: int, size: int, color: 'Color') -> int:
        """A box with the code of a character that no font has: small on one line, else on two."""
        end = x + _box_px(code, size)
        self._strip.image.draw_rectangle(x + 1, 0, end - x - 2, LINES_PX[size], color=color)
        for row, digits in enumerate(_rows(code, size)):
            left = x + 3
            for digit in codes(digits):
                record = self._record(digit)
                if record:
                    self._stamp(left, row * (LINES_PX[SMALL] - 2), record, SMALL)
                left += _DIGIT_PX
        return end

    def _stamp(self, x: int, y: int, record: 'bytes | bytearray', size: int) -> None:
        """The pixels of one size of a record onto the strip."""
        left, top, width, height, _ = ustruct.unpack_from('<bBBBB', record, 2 + 5 * size)
        start = 12 + (size and (record[4] * record[5] + 3) // 4)
        data = record[start : start + (width * height + 3) // 4]
        if 4 * len(data) < width * height or not data:
            return
        pairs = self._pairs
        pixels = b''.join([pairs[digit] for digit in ubinascii.hexlify(data)])
        uctypes.bytearray_at(self._scratch, len(pixels))[:] = pixels
        glyph = self._glyph.at(width, height, self._scratch)
        self._strip.image.draw_image(glyph, x + left, y + top)

    def _advance(self, code: int, size: int) -> int:
        number = code - _FIRST
        if 0 <= number < _ASCII and self._wide:
            return self._wide[2 * number + size]
        record = self._record(code)
        return record[6 + 5 * size] if record else _box_px(code, size)

    def _record(self, code: int) -> 'bytes | bytearray':
        """Both sizes of a character; empty when no font has it."""
        if self._ascii and 0 <= code - _FIRST < _ASCII:
            return self._ascii_record(code - _FIRST)
        if not self._ring.find(code):
            self._fetch([code])  # a long text has pushed it out
        place = self._ring.find(code)
        return uctypes.bytearray_at(place[0], place[1]) if place else b''

    def _fetch(self, points: 'Sequence[int]') -> None:
        """Read what is not in memory yet of these characters; each file is opened once."""
        wanted = []
        for code in points:
            if not ((self._ascii and 0 <= code - _FIRST < _ASCII) or self._ring.find(code) or code in wanted):
                wanted.append(code)
        for font in self._fonts:
            if wanted:
                lacking = []
                for code, record in zip(wanted, font.records(wanted)):
                    if record:
                        uctypes.bytearray_at(self._ring.place(code, len(record)), len(record))[:] = record
                    else:
                        lacking.append(code)
                wanted = lacking

    def _ascii_record(self, number: int) -> bytearray:
        places = uctypes.bytearray_at(self._ascii, 3 * _ASCII)
        start = int.from_bytes(places[3 * number : 3 * number + 3], 'little') - int.from_bytes(places[:3], 'little')
        if not 0 <= start <= ASCII_MOST_BYTES:  # damaged
            return bytearray()
        record = uctypes.bytearray_at(self._ascii + 3 * _ASCII + start, _RECORD_BYTES)
        return record[: record[0]] if record[0] >= 12 else bytearray()  # damaged, too

    def _ascii_advances(self) -> bytearray:
        wide = bytearray(2 * _ASCII)
        for number in range(_ASCII):
            record = whole(self._ascii_record(number))
            if record:
                wide[2 * number], wide[2 * number + 1] = record[6], record[11]
        return wide

    def _mix(self, color: 'Color', ground: 'Color') -> None:
        """The pairs of pixels that a hexadecimal digit stands for: levels of grey 0 to 3, twice."""
        if (color, ground) == self._colors:
            return
        self._colors = color, ground
        levels = [_rgb565([(g * (3 - level) + c * level) // 3 for c, g in zip(color, ground)]) for level in range(4)]
        self._pairs = [b''] * 103
        for number in range(16):
            self._pairs[ord('%x' % number)] = levels[number >> 2] + levels[number & 3]


def _rgb565(color: 'list[int]') -> bytes:
    return ustruct.pack('>H', color[0] >> 3 << 11 | color[1] >> 2 << 5 | color[2] >> 3)


def _rows(code: int, size: int) -> 'list[str]':
    """The code of a character as the lines of its box."""
    digits = '%04X' % code
    return [digits] if size == SMALL else [digits[: len(digits) // 2], digits[len(digits) // 2 :]]


def _box_px(code: int, size: int) -> int:
    return 6 + _DIGIT_PX * len(_rows(code, size)[-1])


def _others(files: 'Files') -> 'list[Font]':
    """The fonts of other writings; those that are damaged do not count."""
    fonts = []
    for name in files.names():
        if name.endswith(SUFFIX) and name != LATIN:
            try:
                fonts.append(Font(files, name))
            except (OSError, ValueError):
                pass
    return fonts


def choose(image: 'type[Image]', files: 'Files', address: int, size_bytes: int) -> 'Typeface | Plain':
    """The camera's typeface, on so many bytes of memory from an address on, or else the firmware's letters."""
    try:
        return Typeface(image, files, address, size_bytes)
    except (OSError, ValueError, MemoryError):
        return Plain()
