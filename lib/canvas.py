"""What is drawn on and shown: the middle rows of the camera's picture, as an image of the panel's size.

lcd.display takes thirty times as long to crop a larger picture, and a copy would take 60 KB of the heap.
"""

import uctypes
import ustruct
from micropython import const

from constants import SIDE_PX

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from image import Image

ROW_BYTES = const(448)  # of a picture: SIDE_PX pixels of two bytes
# An Image on the heap: its type; width, height and bytes a pixel as int; padding; the address of the pixels (image_t of
# OpenMV's imlib; tried on v0.4.0 and v0.5.0_9).
_SHAPE_AT = const(8)
_PIXELS_AT = const(24)
_HEADER_BYTES = const(32)
BANDS_BYTES = const(24640)  # of the KPU's memory: 55 rows, the answer's band and the one at the bottom


class Pointed:
    """An image whose header can be made to point at any pixels; what is drawn on it is drawn there."""

    def __init__(self, image: 'type[Image]') -> None:
        """`image`: image.Image. ValueError: its header is not what it is in the builds that were tried."""
        self.image = image(size=(2, 1))
        self._header = uctypes.bytearray_at(id(self.image), _HEADER_BYTES)
        shape = ustruct.unpack_from('<iii', self._header, _SHAPE_AT)
        address = ustruct.unpack_from('<Q', self._header, _PIXELS_AT)[0]
        if shape != (2, 1, 2) or address != uctypes.addressof(self.image):
            raise ValueError(shape)

    def at(self, width: int, height: int, address: int) -> 'Image':
        """The image, on pixels that begin at an address."""
        ustruct.pack_into('<ii', self._header, _SHAPE_AT, width, height)
        ustruct.pack_into('<Q', self._header, _PIXELS_AT, address)
        return self.image


class Band:
    """Rows from edge to edge, painted once and copied onto each picture: pixel by pixel takes ten times as long."""

    def __init__(self, pointed: Pointed, width: int, y: int, height: int, address: int) -> None:
        """`y`, `height`: its place on a picture of that width; its own pixels begin at the address."""
        self.y, self.height = y, height
        self._pointed, self._width, self._address = pointed, width, address

    def holds(self, y: int, height: int) -> bool:
        """Do these rows of a picture lie on it?"""
        return self.y <= y and y + height <= self.y + self.height

    def image(self) -> 'Image':
        """To be painted on, until another one is asked for."""
        return self._pointed.at(self._width, self.height, self._address)

    def lay(self, picture: 'Image') -> None:
        """Copy it onto a picture."""
        row_bytes = 2 * self._width
        place, size_bytes = uctypes.addressof(picture) + self.y * row_bytes, self.height * row_bytes
        uctypes.bytearray_at(place, size_bytes)[:] = uctypes.bytearray_at(self._address, size_bytes)


class Bands:
    """Memory for bands."""

    def __init__(self, image: 'type[Image]', width: int, address: int, size_bytes: int, first_px: int) -> None:
        """`first_px`: the height of the band that has its memory to itself. ValueError: a build of unknown images."""
        self._width, self._pointed = width, Pointed(image)
        self._start, self._end, self._first_px = address, address + size_bytes, first_px
        self.clear()

    def first(self, y: int) -> 'Band | None':
        """The one that has its memory to itself."""
        return self._band(y, self._first_px, self._start)

    def clear(self) -> None:
        """Give up all but the first."""
        self._next = self._start + self._first_px * 2 * self._width

    def take(self, y: int, height: int) -> 'Band | None':
        """Another one, or None when there is no room for so many rows."""
        band = self._band(y, height, self._next)
        if band:
            self._next += height * 2 * self._width
        return band

    def _band(self, y: int, height: int, address: int) -> 'Band | None':
        if address + height * 2 * self._width > self._end:
            return None
        return Band(self._pointed, self._width, y, height, address)


class Rows:
    """Rows of a picture as an image of their own: its header points into the picture, and nothing is copied."""

    def __init__(self, image: 'type[Image]', width: int, height: int) -> None:
        """ValueError: they are not as wide as the picture, or the build's images are not known."""
        if width != SIDE_PX:
            raise ValueError(width)
        self.width, self.height = width, height
        self._rows = Pointed(image)
        self.image = self._rows.image

    def of(self, picture: 'Image') -> 'Image':
        """The middle rows of the picture: what is drawn on them is drawn on the picture."""
        return self._rows.at(self.width, self.height, _middle(picture, self.height))


class Copy:
    """The same on any build, copied."""

    def __init__(self, image: 'type[Image]', width: int, height: int) -> None:
        self.height = height
        self.image = image(size=(width, height))
        # By their address: `to_bytes` gives the pixels themselves from v0.5.0_9 on, on v0.4.0 a copy.
        self._pixels = uctypes.bytearray_at(uctypes.addressof(self.image), self.image.size())

    def of(self, picture: 'Image') -> 'Image':
        """A copy of the middle rows."""
        self._pixels[:] = uctypes.bytearray_at(_middle(picture, self.height), self.height * ROW_BYTES)
        return self.image


def choose(image: 'type[Image]', width: int, height: int) -> 'Rows | Copy':
    """The one that this build allows."""
    try:
        return Rows(image, width, height)
    except ValueError:
        return Copy(image, width, height)


def choose_bands(image: 'type[Image]', width: int, address: int, first_px: int) -> 'Bands | None':
    """Bands in BANDS_BYTES of memory; None on a build whose images are not known."""
    try:
        return Bands(image, width, address, BANDS_BYTES, first_px)
    except ValueError:
        return None


def _middle(picture: 'Image', height: int) -> int:
    """The address of the first of so many rows in the middle."""
    return uctypes.addressof(picture) + (SIDE_PX - height) // 2 * ROW_BYTES
