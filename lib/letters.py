"""The firmware's own letters, for a camera without fonts or without the memory for them; sizes of all text.

Both this and typeface.py measure a text and draw it onto a picture, on a ground of its own.
"""

from micropython import const

from characters import codes

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from image import Image

    Color = tuple[int, int, int]
    Key = tuple[str, int, Color, Color]  # text, size, its colour, that of the ground

SMALL, LARGE = 0, 1
LINES_PX = (14, 27)  # height of a line, by size
WANTED_BYTES = 40960  # of the KPU's memory, for the typeface of typeface.py
_MARGIN_PX = const(2)  # of ground, left and right


def margin(text: str) -> int:
    """None around one character, so that the digits of a changing number can stand next to each other."""
    return _MARGIN_PX if len(text) > 1 else 0


def coded(text: str) -> str:
    """Text in ASCII: the code of any other character in brackets, so that no two names look alike."""
    return ''.join(['%c' % code if 32 <= code < 127 else '<%04X>' % code for code in codes(text)])


class Plain:
    """Measures and draws text in ASCII alone."""

    MORE = '..'

    def width(self, text: str, size: int) -> int:
        return len(coded(text)) * 8 * (size + 1) + 2 * margin(text)

    def draw(self, picture: 'Image', x: int, y: int, what: 'Key') -> int:
        text, size, color, ground = what
        width = self.width(text, size)
        picture.draw_rectangle(x, y, width, LINES_PX[size], color=ground, fill=True)
        if text:
            picture.draw_string(
                x + margin(text), y + 1, coded(text), color=color, scale=size + 1, x_spacing=0, mono_space=True
            )
        return width
