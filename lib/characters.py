"""The characters of a text as numbers, and back.

MicroPython 1.11 keeps a text of one character for ever: a loop over a text, text[0] and chr() each make a name of it
(objstr.c, mp_obj_new_str_via_qstr). What people write, in kanji above all, would fill the heap; numbers leave nothing.
"""

from micropython import const

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from collections.abc import Sequence


def codes(text: str) -> 'Sequence[int]':
    """The code points of a text; half of a pair, which only a host's JSON can hold, is one, too."""
    data = text.encode('utf-8', 'surrogatepass')
    if len(data) == len(text):
        return data  # ASCII, as most that is drawn in a turn
    made = []  # type: list[int]
    for byte in data:
        if byte & 0xC0 == 0x80:
            made[-1] = made[-1] << 6 | byte & 0x3F
        else:
            made.append(byte if byte < 0x80 else byte & (0x1F, 0x1F, 0x0F, 0x07)[byte >> 4 & 3])
    return made


def text_of(points: 'list[int]') -> str:
    """The text of these code points."""
    data = bytearray()
    for point in points:
        more = (point >= 0x80) + (point >= 0x800) + (point >= 0x10000)  # bytes after the first
        data.append((0, 0xC0, 0xE0, 0xF0)[more] | point >> 6 * more)
        for left in range(more - 1, -1, -1):
            data.append(0x80 | point >> 6 * left & 0x3F)
    return bytes(data).decode('utf-8', 'surrogatepass')
