"""`uctypes`: memory by its address: the KPU's own, the pixels of pictures, and the headers of images."""

from madeleine.sim import power as _power
from madeleine.sim.world import AI_RAM as _AI_RAM
from madeleine.sim.world import world as _world

_PICTURES = 0x80000000  # the first picture's address, anywhere in the CPU's memory
_APART = 0x1000000  # from one picture's to the next one's


def addressof(picture):
    """Where the pixels of a picture are."""
    canvas = picture._canvas
    for number, known in enumerate(_world.pictures):
        if known is canvas:
            return _PICTURES + number * _APART
    _world.pictures.append(canvas)
    return _PICTURES + (len(_world.pictures) - 1) * _APART


def bytearray_at(address, size):
    """The bytes at an address themselves, not a copy."""
    if address in _world.headers:
        start, memory = 0, _world.headers[address]
    elif address >= _PICTURES:
        number, start = divmod(address - _PICTURES, _APART)
        memory = _world.painter.pixels(_world.pictures[number])
    else:
        start, memory = address - _AI_RAM, _world.ai_ram
        if not _world.ai_clock:
            raise _power.Misuse('the AI RAM before the first forward: its clock may be off')
    if not 0 <= start <= start + size <= len(memory):
        raise _power.Misuse('bytearray_at(0x%x, %d) is beyond a picture, a header or the AI RAM' % (address, size))
    return memoryview(memory)[start : start + size]


def _rows_at(address, width, height):
    """The canvas that an image shows whose header gives this address."""
    number, start = divmod(address - _PICTURES, _APART)
    canvas = _world.pictures[number]
    if width != canvas.width or start % (2 * width) or start // (2 * width) + height > canvas.height:
        raise _power.Misuse('the header of an image points beyond a picture')
    return _world.painter.rows(canvas, start // (2 * width), height)
