"""`uctypes`: memory by its address. There are the KPU's own memory, the pixels of pictures, and arrays."""

from array import array as _array

from madeleine.sim import power as _power
from madeleine.sim.world import AI_RAM as _AI_RAM
from madeleine.sim.world import world as _world

_PICTURES = 0x80000000  # the first picture's address, anywhere in the CPU's memory
_APART = 0x1000000  # from one picture's to the next one's
_ARRAYS = 0x100000000
_KEPT = 64  # arrays: who asks for an address uses it at once
_arrays = []  # (address, array) of the latest


def addressof(thing):
    """Where the pixels of a picture are, or the numbers of an array."""
    if isinstance(thing, _array):
        return _address_of_array(thing)
    return _address_of_picture(thing)


def _address_of_array(numbers):
    for address, known in _arrays:
        if known is numbers:
            return address
    _arrays.append((_arrays[-1][0] + _APART if _arrays else _ARRAYS, numbers))
    del _arrays[:-_KEPT]
    return _arrays[-1][0]


def _address_of_picture(picture):
    pixels = _world.painter.pixels(picture._canvas)
    for number, known in enumerate(_world.pictures):
        if known is pixels:
            return _PICTURES + number * _APART
    _world.pictures.append(pixels)
    return _PICTURES + (len(_world.pictures) - 1) * _APART


def bytearray_at(address, size):
    """The bytes at an address themselves, not a copy."""
    if address >= _ARRAYS:
        return _bytes_of_array(address, size)
    if address >= _PICTURES:
        number, start = divmod(address - _PICTURES, _APART)
        memory = _world.pictures[number]
    else:
        start, memory = address - _AI_RAM, _world.ai_ram
        if not _world.ai_clock:
            raise _power.Misuse('the AI RAM before the first forward: its clock may be off')
    if not 0 <= start <= start + size <= len(memory):
        raise _power.Misuse('bytearray_at(0x%x, %d) is beyond a picture or the AI RAM' % (address, size))
    return memoryview(memory)[start : start + size]


def _bytes_of_array(address, size):
    for start, numbers in _arrays:
        if start == address:
            memory = memoryview(numbers).cast('B')
            if size <= len(memory):
                return memory[:size]
    raise _power.Misuse('bytearray_at(0x%x, %d) is not in an array that still exists' % (address, size))
