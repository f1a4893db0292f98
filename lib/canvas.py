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
_BLACK = bytes(2 * ROW_BYTES)


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


def blacken(picture: 'Image', first: int, count: int) -> None:
    """Make so many rows of a picture SIDE_PX wide black, two at a time: draw_rectangle goes pixel by pixel."""
    address = uctypes.addressof(picture) + first * ROW_BYTES
    for start in range(0, count - 1, 2):
        uctypes.bytearray_at(address + start * ROW_BYTES, 2 * ROW_BYTES)[:] = _BLACK
    if count & 1:
        uctypes.bytearray_at(address + (count - 1) * ROW_BYTES, ROW_BYTES)[:] = _BLACK[:ROW_BYTES]


def _middle(picture: 'Image', height: int) -> int:
    """The address of the first of so many rows in the middle."""
    return uctypes.addressof(picture) + (SIDE_PX - height) // 2 * ROW_BYTES
