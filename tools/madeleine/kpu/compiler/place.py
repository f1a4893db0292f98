"""Where every result lies and for how long: in the KPU's AI RAM, and in the main memory the CPU works in.

A map is where its readers are: KPU layers read AI RAM, the CPU reads main memory. Neighbours lie at opposite ends of AI
RAM, so that its middle stays free; the camera keeps its examples there.
"""

import math
from dataclasses import dataclass, field

from ..emulator.memory import AI_RAM_LINES, Placement
from ..format.feature_outputs import aligned
from ..format.layertypes import Region
from .graph import PICTURE, Add, GlobalAverage, Node, Shape, refusal
from .lower import KpuConv, Lowered

CHANNELS_AT_ONCE = 64  # floats for the global average: a few channels at a time, as main memory is the camera's heap
FLOAT_BYTES = 4
ENDLESS = 1 << 32  # main memory is checked together with the file


class FullError(ValueError):
    """No gap is large enough."""


@dataclass
class Room:
    """A memory, and what lies in it from when to when."""

    size: int
    taken: list[tuple[range, range]] = field(default_factory=list)  # places, times

    def take(self, size: int, times: range, from_end: bool = False) -> int:
        """The first gap from the start, or from the end, that stays free all the time; FullError without any."""
        busy = [
            places for places, others in self.taken if max(times.start, others.start) < min(times.stop, others.stop)
        ]
        start = self._from_end(size, busy) if from_end else self._from_start(size, busy)
        if start < 0 or start + size > self.size:
            raise FullError
        self.taken.append((range(start, start + size), times))
        return start

    @staticmethod
    def _from_start(size: int, busy: list[range]) -> int:
        start = 0
        for places in sorted(busy, key=lambda places: places.start):
            if start + size <= places.start:
                break
            start = max(start, places.stop)
        return start

    def _from_end(self, size: int, busy: list[range]) -> int:
        stop = self.size
        for places in sorted(busy, key=lambda places: -places.stop):
            if stop - size >= places.stop:
                break
            stop = min(stop, places.start)
        return stop - size

    @property
    def end(self) -> int:
        """The first place behind all that was ever taken."""
        return max((places.stop for places, _ in self.taken), default=0)


@dataclass(frozen=True)
class Places:
    """Homes by name: `maps` in AI RAM; in `main` bytes of maps and floats of vectors.

    `floats` are those of maps that are outputs, `summands` those that a global average adds up.
    """

    maps: dict[str, Placement]
    main: dict[str, Region]
    floats: dict[str, Region]
    summands: dict[str, Region]
    main_bytes: int


def place(lowered: Lowered, floats: bool = True) -> Places:
    """KmodelError naming the node whose map finds no room in AI RAM. `floats`: do maps that are outputs leave so?"""
    ai_ram, room = Room(AI_RAM_LINES), Room(ENDLESS)
    maps = _maps(lowered, ai_ram)
    main: dict[str, Region] = {}
    floating: dict[str, Region] = {}
    summands: dict[str, Region] = {}
    for index, node in enumerate(lowered.nodes):
        if in_main(lowered, node):
            stop = len(lowered.nodes) if _stays(lowered, node) else _last(lowered, node.name, index) + 1
            main[node.name] = _region(room, _main_bytes(node), range(index, stop))
        if isinstance(node, GlobalAverage):
            size = FLOAT_BYTES * averaged(lowered, node) * math.prod(_map_shape(lowered, node)[1:])
            summands[node.name] = _region(room, size, range(index, index + 1))
        elif floats and _leaves_as_floats(lowered, node):
            size = FLOAT_BYTES * math.prod(node.shape)
            floating[node.name] = _region(room, size, range(index, len(lowered.nodes)))
    return Places(maps, main, floating, summands, aligned(room.end))


def in_main(lowered: Lowered, node: Node) -> bool:
    """Whether the CPU makes or reads this result."""
    if not isinstance(node, KpuConv) or node.name in lowered.graph.outputs:
        return True
    return any(not isinstance(lowered.nodes[user], KpuConv) for user in lowered.users(node.name))


def _leaves_as_floats(lowered: Lowered, node: Node) -> bool:
    """Whether it is a map that is an output; that of a feature model leaves as bytes."""
    is_map = isinstance(node, (KpuConv, Add))
    return is_map and lowered.features is None and node.name in lowered.graph.outputs


def averaged(lowered: Lowered, node: GlobalAverage) -> int:
    """How many channels a global average takes at a time; all, except in feature models, which are for the camera."""
    channels = node.shape[0]
    return min(channels, CHANNELS_AT_ONCE) if node is lowered.features else channels


def _main_bytes(node: Node) -> int:
    """Maps are bytes in main memory, vectors are floats."""
    return math.prod(node.shape) * (1 if isinstance(node, (KpuConv, Add)) else FLOAT_BYTES)


def _stays(lowered: Lowered, node: Node) -> bool:
    """Whether it may be wanted after the run: an output, or the map behind the features."""
    users = [lowered.nodes[user] for user in lowered.users(node.name)]
    return node.name in lowered.graph.outputs or any(isinstance(user, GlobalAverage) for user in users)


def _map_shape(lowered: Lowered, node: Node) -> Shape:
    return next(other.shape for other in lowered.nodes if other.name == node.inputs[0])


def _region(room: Room, size: int, times: range) -> Region:
    return Region(room.take(aligned(size), times), size)


def _maps(lowered: Lowered, room: Room) -> dict[str, Placement]:
    """Where maps lie in AI RAM. A layer whose result goes to main memory has a home there, too."""
    shape = lowered.graph.picture
    first = Placement.at(0, *shape)
    room.take(len(first.lines), range(_last(lowered, PICTURE, 0) + 1))
    maps, at_end = {PICTURE: first}, {PICTURE: False}
    for index, node in enumerate(lowered.nodes):
        if not isinstance(node, (KpuConv, Add)):
            continue
        times = range(index, _last(lowered, node.name, index) + 1)
        home = Placement.at(0, *node.shape)
        at_end[node.name] = not at_end[node.inputs[0]]
        try:
            line = room.take(len(home.lines), times, at_end[node.name])
        except FullError as error:
            raise refusal(lowered.graph, node, _no_room(node, maps, home)) from error
        maps[node.name] = Placement.at(line, *node.shape)
    return maps


def _last(lowered: Lowered, name: str, index: int) -> int:
    """The place of the last layer that reads a result."""
    return max(lowered.users(name), default=index)


def _no_room(node: Node, maps: dict[str, Placement], home: Placement) -> str:
    source = len(maps[node.inputs[0]].lines)
    return (
        f"its map of {len(home.lines)} lines and its input's {source} find no room in AI RAM's {AI_RAM_LINES}; "
        "use smaller maps or fewer channels"
    )
