"""What the screen writes with, chosen at a start: the typeface, memory for its bands, a language beside English."""

from micropython import const

import canvas
import heap
import letters
from screen import ANSWER_PX

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from image import Image

    from files import Files
    from language import Language
    from screen import Screen


def furnish(
    screen: 'Screen', image: 'type[Image]', files: 'Files', heap_bytes: 'int | None', room: 'tuple[int, int]'
) -> 'tuple[int, int]':
    """Give the screen its typeface and its bands, at the end of some memory; returns what is left of it.

    `room`: address, and bytes. `heap_bytes`: how large the GC heap is, where that can be known.
    """
    address, size_bytes = room
    if heap_bytes is None or heap_bytes >= heap.TYPEFACE_BYTES:
        import typeface

        of_text = min(size_bytes, letters.WANTED_BYTES)
        size_bytes -= of_text
        screen.face = typeface.choose(image, files, address + size_bytes, of_text)
    if size_bytes >= canvas.BANDS_BYTES:
        size_bytes -= canvas.BANDS_BYTES
        screen.bands = canvas.choose_bands(image, screen.width, address + size_bytes, ANSWER_PX)
    return address, size_bytes


def language(files: 'Files') -> 'Language | None':
    """Other sentences for the screen, if flash has some."""
    if not any([name.endswith('.words') for name in files.names()]):
        return None
    from language import Language

    return Language(files)
