"""The emulator with an accelerator that is quick where the camera sees one picture for long: layers remember.

The emulator computes each layer of each frame anew, 1.6 s a frame; what it computes stays its own.
"""

import functools
import hashlib

import numpy as np
from bench import Emulator
from k210 import kpu


@functools.cache
def _places(size, line, shape, group, row_step, chan_step):
    """Where the bytes of a map lie in the accelerator's memory, as an index array of that shape."""
    channel, row, column = np.ogrid[: shape[0], : shape[1], : shape[2]]
    group = max(1, group)
    pitch = 16 if shape[2] <= 16 else 32 if shape[2] <= 32 else 64
    line = line + (channel // group) * chan_step + row * row_step
    return (64 * line + (channel % group) * pitch + column) % size


def _fetch_map(ai, line, c, h, w, group, row_step, chan_step):
    return ai[_places(ai.size, line, (c, h, w), group, row_step, chan_step)]


def _store_map(ai, line, x, group, row_step, chan_step):
    ai[_places(ai.size, line, x.shape, group, row_step, chan_step)] = x


kpu.fetch_map, kpu.store_map = _fetch_map, _store_map


class QuickEmulator(Emulator):
    """An Emulator whose layers remember what they made of an input."""

    def __init__(self, firmware, **options):
        self._known = {}
        super().__init__(firmware, **options)

    def _build(self):  # at each reset too
        super()._build()
        self.kpu.executor = self._run_layer

    def _run_layer(self, layer, ai, read):
        x = _fetch_map(ai, layer.src, layer.ic, layer.ih, layer.iw, layer.i_group, layer.i_row_step, layer.i_chan_step)
        key = repr(layer), layer.weights, hashlib.blake2b(x.tobytes()).digest()
        if key not in self._known:
            self._known[key] = kpu.run_layer(layer, ai, read)
        return self._known[key]
