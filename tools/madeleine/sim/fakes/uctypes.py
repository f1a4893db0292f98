"""`uctypes`: memory by its address: the KPU's own, pixels of pictures, headers of images, arrays, and registers."""

from array import array as _array

from madeleine.sim import power as _power
from madeleine.sim import registers as _registers
from madeleine.sim.world import AI_RAM as _AI_RAM
from madeleine.sim.world import world as _world

_PICTURES = 0x80000000  # the first picture's address, anywhere in the CPU's memory
_APART = 0x1000000  # from one picture's to the next one's
_ARRAYS = 0x100000000
_KEPT = 64  # arrays: who asks for an address uses it at once
_arrays = []  # (address, array) of the latest


NATIVE = 1
UINT32 = 4 << 28
_OFFSET = 0xFFFF  # of a field: a compiler may know UINT32 and NATIVE by other numbers


class struct:
    """Registers of the chip, words all of them."""

    def __init__(self, address, fields, layout=NATIVE):
        places = {name: address + (fields[name] & _OFFSET) for name in fields}
        object.__setattr__(self, '_places', places)

    def __getattr__(self, name):
        return _registers.read(_world, self._places[name])

    def __setattr__(self, name, value):
        _registers.write(_world, self._places[name], value)


def addressof(thing):
    """Where the pixels of a picture are, or the numbers of an array."""
    return _address_of_array(thing) if isinstance(thing, _array) else _address_of_picture(thing)


def _address_of_array(numbers):
    for address, known in _arrays:
        if known is numbers:
            return address
    _arrays.append((_arrays[-1][0] + _APART if _arrays else _ARRAYS, numbers))
    del _arrays[:-_KEPT]
    return _arrays[-1][0]


def _address_of_picture(picture):
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
    elif address >= _ARRAYS:
        return _bytes_of_array(address, size)
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


def _bytes_of_array(address, size):
    for start, numbers in _arrays:
        at = address - start
        if 0 <= at < _APART:
            memory = _bytes_of(numbers)
            if at + size <= len(memory):
                return memory[at : at + size]
    raise _power.Misuse('bytearray_at(0x%x, %d) is not in an array that still exists' % (address, size))


def _bytes_of(numbers):
    return memoryview(numbers).cast('B')


def _rows_at(address, width, height):
    """The canvas that an image shows whose header gives this address."""
    if address < _PICTURES or address >= _ARRAYS:
        return _world.painter.canvas_on(width, height, bytearray_at(address, 2 * width * height))
    number, start = divmod(address - _PICTURES, _APART)
    canvas = _world.pictures[number]
    if width != canvas.width or start % (2 * width) or start // (2 * width) + height > canvas.height:
        raise _power.Misuse('the header of an image points beyond a picture')
    return _world.painter.rows(canvas, start // (2 * width), height)
