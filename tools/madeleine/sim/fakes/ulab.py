"""`ulab` 0.262, rows, and matrices for `dot`: a flat name space, 32 bit floats, integers that wrap, scalars on the right, no broadcasting."""

from array import array as _array

from madeleine.sim import power as _power
from madeleine.sim.world import world as _world

if not _world.build.ulab:
    raise ImportError("no module named 'ulab'")

uint8, int8, float = 66, 98, 102  # the typecodes' numbers
_RANGES = {uint8: (256, 0), int8: (256, -128)}
_Float = (1.0).__class__


class _Row:
    """A row of numbers; `asbytearray` gives the memory itself."""

    def __init__(self, values, dtype, width=None):
        self._dtype = dtype
        self._values = _array(chr(dtype), values)
        self._width = len(self._values) if width is None else width

    def shape(self):
        return (len(self._values) // self._width, self._width)

    def asbytearray(self):
        return self._values

    def __len__(self):
        return len(self._values)

    def __getitem__(self, index):
        if isinstance(index, slice):
            return _Row([self._values[i] for i in range(len(self._values))[index]], self._dtype)
        return self._values[index]

    def __add__(self, other):
        if isinstance(other, _Float):
            return _Row([a + other for a in self._values], float)
        return self._combined(other, lambda a, b: a + b)

    def __sub__(self, other):
        if isinstance(other, _Float):
            return _Row([a - other for a in self._values], float)
        return self._combined(other, lambda a, b: a - b)

    def __mul__(self, other):
        if isinstance(other, _Float):
            return _Row([a * other for a in self._values], float)
        return self._combined(other, lambda a, b: a * b)

    def _combined(self, other, operation):
        if not isinstance(other, _Row):
            raise TypeError('a whole number takes the smallest integer type: write it as a float')
        if len(self) != len(other):
            raise ValueError('operands could not be broadcast together')
        dtype = self._dtype if self._dtype == other._dtype else float
        return array([operation(a, b) for a, b in zip(self._values, other._values)], dtype=dtype)


def array(values, *, dtype=float):
    if dtype in _RANGES:
        size, lowest = _RANGES[dtype]
        values = [(int(value) - lowest) % size + lowest for value in values]
    return _Row(values, dtype)


def zeros(length, *, dtype=float):
    if isinstance(length, tuple):
        return _Row([0] * (length[0] * length[1]), dtype, length[1])
    return _Row([0] * length, dtype)


def dot(row, matrix):
    """A row and a matrix: with more rows ulab writes beyond its result. The types are not asked for."""
    (rows, inner), (height, width) = row.shape(), matrix.shape()
    if rows != 1:
        raise _power.Misuse('dot() of a matrix with more than one row writes into other memory')
    if inner != height:
        raise ValueError('matrix dimensions do not match')
    products = [row._values[k] * value for k in range(inner) for value in matrix._values[k * width : (k + 1) * width]]
    totals = []
    for column in range(width):
        total = 0
        for k in range(inner):
            total += products[k * width + column]
        totals.append(total)
    return _Row(totals, float)


def sum(row):
    total = 0
    for value in row._values:
        total += value
    return _array('f', [total])[0]


def max(row):
    return _extreme(row, lambda a, b: a > b)


def min(row):
    return _extreme(row, lambda a, b: a < b)


def _extreme(row, better):
    found = row._values[0]
    for value in row._values:
        if better(value, found):
            found = value
    return found
