"""Where in the picture is what the camera names: Grad-CAM of the nearest example, in closed form.

The features are the means of the last map over its cells. So a cell z of the map speaks for an example q as far as it
has what sets q apart from other pictures: z . (q - mu), where mu is the mean of many pictures at length one (means.py)
and q the example at length one. A channel counts by how many times it exceeds what it usually is, not by how much, or
the few strong channels that every picture has would drown the rest: its weight is (q - mu) / (mu + FLOOR). The CHANNELS
largest weights do; the rest of the map is not read (bench/heat.py measures both). All is done in whole numbers, so
that every interpreter and both kinds of Sums find the same.
"""

from micropython import const

from distance import square_root
from features import LENGTH

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from typing import Any, Protocol

    from engines import Buffer

    class Adder(Protocol):
        """What both kinds of Sums do."""

        every = 0  # type: int

        def aim(self, pairs: list[tuple[int, int]]) -> None: ...
        def of(self, last_map: Buffer) -> list[int]: ...


CHANNELS = const(50)
SIDE = const(7)  # cells
CELLS = const(49)
CELL_PX = const(32)  # five layers of stride 2, with a border of one pixel all round: cell i looks around pixel 32 i
ONE = const(1024)  # what a length of one is
FLOOR = const(20)  # of a mean, in ONEs: below, a channel is noise (bench/heat.py)
FINE = const(64)  # steps of a weight of 1
TOP = 255  # of a cell's heat
HOT = const(102)  # what belongs to the thing: two fifths of TOP (bench/heat.py)
_SIDE_PX = const(224)
_KEPT = const(100)  # weights, before half of them go
_BELOW = const(1 << 10)  # in a key: the weight is below 0


class Sums:
    """Weighted sums of channels, cell by cell; one multiplication at a time."""

    every = 4  # frames that a picture's heat is shown for: a look costs 2.6 M instructions (bench/measure_heat.py)

    def aim(self, pairs: 'list[tuple[int, int]]') -> None:
        """From now on these channels with these weights."""
        self._pairs = pairs

    def of(self, last_map: 'Buffer') -> 'list[int]':
        """The sums of a map, channel after channel of CELLS bytes; 0 for what is below."""
        sums = [0] * CELLS
        for channel, weight in self._pairs:
            plane = last_map[channel * CELLS : (channel + 1) * CELLS]
            for cell in range(CELLS):
                sums[cell] += weight * plane[cell]
        return [total if total > 0 else 0 for total in sums]


class UlabSums:
    """The same by ulab 0.262, in one product of two matrices.

    Exact in its float32, for the sums stay below 2^24: the numbers of CHANNELS channels of a vector of length ONE add
    up to 7,241 at most, each weighs FINE / FLOOR times itself at most, and a cell has 255.
    """

    every = 2  # 0.6 M instructions

    def __init__(self, ulab: 'Any') -> None:
        """ValueError: its `dot` does not take bytes. It does so in the builds that were tried, unlike what it says."""
        self._dot = ulab.dot
        self._weights = ulab.zeros((1, CHANNELS))
        self._planes = ulab.zeros((CHANNELS, CELLS), dtype=ulab.uint8)
        view = memoryview(self._planes.asbytearray())
        # Slices, each a view of its own: to write to a part of a view also moves all that follows it.
        self._places = [view[start : start + CELLS] for start in range(0, CHANNELS * CELLS, CELLS)]
        self.aim([(0, 1)] * CHANNELS)
        if self.of(b'\1' * CELLS) != [CHANNELS] * CELLS:
            raise ValueError('dot')

    def aim(self, pairs: 'list[tuple[int, int]]') -> None:
        self._pairs = pairs
        self._map = None  # type: Buffer | None  # of which there are views of the channels
        weights = self._weights.asbytearray()
        for place, (_, weight) in enumerate(pairs):
            weights[place] = weight

    def of(self, last_map: 'Buffer') -> 'list[int]':
        if last_map is not self._map:
            self._map, view = last_map, memoryview(last_map)
            self._channels = [view[channel * CELLS : channel * CELLS + CELLS] for channel, _ in self._pairs]
        for place, channel in zip(self._places, self._channels):
            place[:] = channel
        sums = self._dot(self._weights, self._planes).asbytearray()
        return [int(total) if total > 0 else 0 for total in sums]


class Heat:
    """The heat of the cells of a picture; the way is: aim at an example, look at a map, ask for box and centre."""

    def __init__(self, sums: 'Adder', upside_down: bool) -> None:
        """upside_down: the network gets its pictures so; what people see is upright."""
        self.cells = bytearray(CELLS)  # 0..TOP, row by row as people see the picture
        self.top_px = _SIDE_PX - 1 - (SIDE - 1) * CELL_PX if upside_down else 0  # where the first row of cells looks
        self._sums = sums
        self._upside_down = upside_down

    def aim(self, example: 'Buffer', norm: int, mean: 'Buffer') -> None:
        """Towards an example of the squared length `norm`; `mean`: LENGTH bytes, in ONEs."""
        self._sums.aim(strongest(example, norm, mean))

    def look(self, last_map: 'Buffer') -> None:
        """Fill `cells` from a map of LENGTH channels. What is no warmer than the mean of the picture is cold."""
        sums = self._sums.of(last_map)
        rows = [_smooth(*sums[start : start + SIDE]) for start in range(0, CELLS, SIDE)]
        rows = list(zip(*[_smooth(*column) for column in zip(*rows)]))
        if self._upside_down:
            rows.reverse()
        sums = [total for row in rows for total in row]
        mean = sum(sums) // CELLS
        span = max(sums) - mean or 1
        self.cells[:] = bytes([(total - mean) * TOP // span if total > mean else 0 for total in sums])

    def box(self) -> 'tuple[int, int, int, int]':
        """(x, y, width, height) in the picture's pixels, round all that is hot; zeros if nothing is."""
        first, last, left, right, cells = -1, 0, SIDE, 0, self.cells
        for i in range(CELLS):
            if cells[i] >= HOT:
                column, last = i % SIDE, i
                first = i if first < 0 else first
                left = column if column < left else left
                right = column if column > right else right
        if first < 0:
            return 0, 0, 0, 0
        left, right = _edges(left, right, 0)
        top, bottom = _edges(first // SIDE, last // SIDE, self.top_px)
        return left, top, right - left, bottom - top

    def centre(self) -> 'tuple[int, int]':
        """(x, y): the middle of all that is hot, the hotter the more it counts; the picture's if nothing is."""
        x = y = total = 0
        for i in range(CELLS):
            heat = self.cells[i]
            if heat >= HOT:
                x += i % SIDE * heat
                y += i // SIDE * heat
                total += heat
        if not total:
            return _SIDE_PX // 2, _SIDE_PX // 2
        return x * CELL_PX // total, y * CELL_PX // total + self.top_px


def strongest(example: 'Buffer', norm: int, mean: 'Buffer') -> 'list[tuple[int, int]]':
    """The CHANNELS (channel, weight) of the largest absolute weights, by their channels."""
    factor = (ONE << 16) // (square_root(norm) or 1)
    keys, least = [], 0
    for channel in range(LENGTH):
        usual = mean[channel]
        weight = ((example[channel] * factor >> 16) - usual) * FINE // (usual + FLOOR)
        key = weight << 11 | channel if weight >= 0 else -weight << 11 | _BELOW | channel
        if key >= least:
            keys.append(key)
            if len(keys) == _KEPT:
                keys.sort()
                del keys[:-CHANNELS]
                least = keys[0]
    keys.sort()
    return sorted([(key & 1023, -(key >> 11) if key & _BELOW else key >> 11) for key in keys[-CHANNELS:]])


def as_mean(example: 'Buffer', norm: int) -> bytearray:
    """An example as `Heat.aim` takes a mean: what a view has beyond it is then warm."""
    factor = (ONE << 16) // (square_root(norm) or 1)
    mean = bytearray(LENGTH)  # filled in place: a list of them leaves 8 KB more garbage
    for i in range(LENGTH):
        value = example[i] * factor >> 16
        mean[i] = value if value < 256 else 255
    return mean


def _smooth(a: int, b: int, c: int, d: int, e: int, f: int, g: int) -> 'tuple[int, ...]':
    """A line of SIDE cells: 1, 2, 1 of each and its neighbours; there is nothing beyond the ends."""
    return 2 * a + b, a + 2 * b + c, b + 2 * c + d, c + 2 * d + e, d + 2 * e + f, e + 2 * f + g, f + 2 * g


def _edges(first: int, last: int, zero_px: int) -> 'tuple[int, int]':
    """Where the cells from first to last begin and end, inside the picture."""
    low, high = first * CELL_PX + zero_px - CELL_PX // 2, last * CELL_PX + zero_px + CELL_PX // 2
    return max(0, low), min(_SIDE_PX, high)
