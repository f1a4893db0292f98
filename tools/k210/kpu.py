"""The KPU's registers: layers come in as twelve words each, run one after the other, and interrupt when done.

`madeleine.kpu` does the arithmetic, exact to the bit. A layer that was computed before, with the same weights and on
the same map, is not computed again: a camera that sees one picture for long costs little.
"""

from __future__ import annotations

import functools
import hashlib
from collections import OrderedDict, deque
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from madeleine.kpu.emulator.convolution import ConvRunner
from madeleine.kpu.emulator.memory import Memory, Placement, read_map, write_map
from madeleine.kpu.emulator.network import BLAS
from madeleine.kpu.emulator.speed import convolution_ms
from madeleine.kpu.format.layertypes import ACTIVATION_BYTES, ConvLayer
from madeleine.kpu.format.registers import SIZE_BYTES
from madeleine.kpu.format.registers import Registers as Arguments
from numpy.typing import NDArray

from .memory import AI_RAM_OFFSET
from .registers import WORD, Registers

if TYPE_CHECKING:
    from .machine import Machine

Map: TypeAlias = NDArray[np.uint8]
ARGUMENTS, INTERRUPT_STATUS, INTERRUPT_RAW, INTERRUPT_MASK, INTERRUPT_CLEAR, EIGHT_BIT = 0, 0x08, 0x10, 0x18, 0x20, 0x40
DONE, ALMOST_EMPTY, ALL = 1, 2, 7  # interrupts
IRQ = 25
REMEMBERED_BYTES = 256 << 20  # of maps, by all boards of this process
KEPT_LAYERS = 4096


class Results:
    """Maps that layers gave, by what they were computed from; the oldest make room."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit, self._bytes = limit_bytes, 0
        self._maps: OrderedDict[bytes, Map] = OrderedDict()

    def get(self, key: bytes) -> Map | None:
        if key in self._maps:
            self._maps.move_to_end(key)
        return self._maps.get(key)

    def __len__(self) -> int:
        return len(self._maps)

    def put(self, key: bytes, result: Map) -> None:
        self._maps[key] = result
        self._bytes += result.nbytes
        while self._bytes > self._limit:
            self._bytes -= self._maps.popitem(last=False)[1].nbytes


RESULTS = Results(REMEMBERED_BYTES)


@functools.lru_cache(maxsize=256)  # layers, of some networks
def prepared(layer: ConvLayer, eight_bit: bool) -> tuple[ConvRunner, bytes]:
    """A layer ready to run, and a digest of all that decides on its result but the map."""
    everything = layer.registers.pack() + layer.weights + layer.batch_norm + layer.activation
    return ConvRunner(layer, eight_bit), hashlib.blake2b(everything, digest_size=16).digest()


class Kpu(Registers):
    """`layers` are the last ones that it ran, `layers_run` counts all. `poke` is called when a result waits."""

    def __init__(self, machine: Machine, poke: Callable[[], None]) -> None:
        super().__init__(machine, "kpu")
        self.layers: deque[Arguments] = deque(maxlen=KEPT_LAYERS)
        self.layers_run = 0
        self._poke = poke
        self._words: list[int] = []  # of the next layer
        self._low = 0  # half of the next word
        self._queue: deque[Arguments] = deque()
        self._running = False
        self._pending = 0  # interrupts
        self._result = bytearray()  # for the DMA
        self._memory = Memory(0)
        self._memory.ai_ram = np.frombuffer(machine.memory.view, np.uint8)[AI_RAM_OFFSET:]

    # -- registers -------------------------------------------------------------------------------------------------

    def read(self, offset: int, size: int) -> int:
        """64-bit registers."""
        place = offset & ~7
        if place == INTERRUPT_STATUS:
            value = self._pending & ~self._mask
        elif place == INTERRUPT_RAW:
            value = self._pending
        else:
            value = self.get(place) | self.get(place + 4) << 32
        return value >> (8 * (offset & 7))

    def write(self, offset: int, size: int, value: int) -> None:
        """Two halves make a word of a layer's arguments."""
        if size == 8:
            self.write(offset, 4, value & WORD)
            self.write(offset + 4, 4, value >> 32)
        elif offset == ARGUMENTS:
            self._low = value
        elif offset == ARGUMENTS + 4:
            self._push(self._low | value << 32)
        elif offset == INTERRUPT_CLEAR:
            self._pending &= ~value
            self._interrupt()
        else:
            self.regs[offset & ~3] = value
            if offset == INTERRUPT_MASK:
                self._interrupt()

    @property
    def _mask(self) -> int:
        return self.regs.get(INTERRUPT_MASK, ALL)

    def _interrupt(self) -> None:
        self.machine.plic.set(IRQ, bool(self._pending & ALL & ~self._mask))

    # -- DMA -------------------------------------------------------------------------------------------------------

    def dma_write(self, offset: int, data: bytes, _width: int) -> bool:
        """Words of arguments."""
        if offset == ARGUMENTS:
            for at in range(0, len(data), 8):
                self._push(int.from_bytes(data[at : at + 8], "little"))
        return True

    def dma_read(self, _offset: int, count: int, width: int) -> bytes | None:
        """A result, up to seven bytes more than it has; None as long as it is computed."""
        size = count * width
        if len(self._result) < size and (self._running or not self._result):
            return None
        data = bytes(self._result[:size])
        del self._result[:size]
        return data.ljust(size, b"\0")

    @property
    def _eight_bit(self) -> bool:
        return bool(self.get(EIGHT_BIT) & 1)

    # -- layers ----------------------------------------------------------------------------------------------------

    def _push(self, word: int) -> None:
        self._words.append(word)
        if len(self._words) * 8 == SIZE_BYTES:
            words, self._words = self._words, []
            self._queue.append(Arguments.unpack(b"".join(word.to_bytes(8, "little") for word in words)))
            if not self._running:
                self._start()

    def _start(self) -> None:
        self._running = bool(self._queue)
        if self._queue:
            self.machine.at(self.machine.us(1000 * self._time_ms(self._queue[0])), self._finish)

    def _time_ms(self, layer: Arguments) -> float:
        return convolution_ms(self._with_weights(layer, self._eight_bit))

    def _finish(self) -> None:
        layer = self._queue.popleft()
        self.layers_run += 1
        self.layers.append(layer)
        result = self._run(layer)
        if layer.send_data_out:
            data = result.tobytes()[: layer.output_bytes]
            self._result += data + bytes(-len(data) % 8)
        else:
            place = _place(layer.out_line, result.shape, layer.out_group, layer.out_row_lines, layer.out_group_lines)
            write_map(self._memory.map_at(place), result)
        if layer.interrupt:
            self._pending |= DONE
        if len(self._queue) <= 1:
            self._pending |= ALMOST_EMPTY
        self._interrupt()
        self._start()
        self._poke()

    def _run(self, layer: Arguments) -> Map:
        """The map that a layer makes of the one it finds in AI RAM: uint8 (channels, height, width)."""
        if layer.full_add or layer.bypass_conv:
            self.machine.log(f"the KPU gets a layer that is not modelled: {layer}")
        shape = layer.in_channels, layer.in_height, layer.in_width
        place = _place(layer.in_line, shape, layer.in_group, layer.in_row_lines, layer.in_group_lines)
        x = np.empty(shape, np.uint8)
        read_map(self._memory.map_at(place), x)
        convolution, digest = prepared(self._with_weights(layer, self._eight_bit), self._eight_bit)
        key = hashlib.blake2b(digest + x.tobytes(), digest_size=16).digest()
        result = RESULTS.get(key)
        if result is None:
            with BLAS.limit(limits=1):
                result = convolution(x)
            RESULTS.put(key, result)
        return result

    def _with_weights(self, layer: Arguments, eight_bit: bool) -> ConvLayer:
        read = self.machine.read
        return ConvLayer(
            registers=layer,
            out_address=0,
            weights=read(layer.weights_address, layer.weight_count() * (1 if eight_bit else 2)),
            batch_norm=read(layer.batch_norm_address, 8 * layer.out_channels),
            activation=read(layer.activation_address, ACTIVATION_BYTES),
        )


def _place(line: int, shape: tuple[int, ...], group: int, row_lines: int, group_lines: int) -> Placement:
    """Where a map lies in AI RAM."""
    channels, height, width = shape
    return Placement(line, channels, height, width, max(1, group), row_lines, group_lines)
