"""Changes finished models: cuts heads off, shows the last map, makes features into bytes for the board."""

from dataclasses import replace

import numpy as np

from ..emulator.network import Network
from ..emulator.notes import has_notes, marks_of, wants_upside_down
from ..errors import KmodelError
from ..format.feature_notes import NOTES_OUTPUT, Marks, noted
from ..format.feature_outputs import RANGE, ending
from ..format.kmodel import Kmodel
from ..format.layertypes import ChannelwiseDequantize, Dequantize, GlobalAveragePool2D, Quantize
from .arrange import INPUT, Flow, Part, arranged, flow


def headless(model: Kmodel) -> Kmodel:
    """The model up to its last global average pool, whose result, the float features, is the one output."""
    if has_notes(model):
        raise KmodelError("the model has no head: it was made for the board, with notes as its third output")
    uses, pool = flow(model), _pool(model)
    return arranged(model, pool + 1, [Part(pool, 0, uses.sizes[pool])])


def with_map(model: Kmodel) -> Kmodel:
    """The model with a second output: the map, in bytes, that its last global average pool makes means of."""
    if len(model.outputs) > 1:
        raise KmodelError(f"the model has {len(model.outputs)} outputs already; the map goes next to a single one")
    uses = flow(model)
    return arranged(model, len(model.layers), [uses.output(0), _floats(model, uses)[1]])


def with_marks(model: Kmodel, marks: Marks) -> Kmodel:
    """A model made for the board, with other marks in its notes; nothing else changes."""
    if not has_notes(model):
        raise KmodelError("the model has no notes to put marks in; make it one for the board, with --byte-features")
    first = model.outputs[NOTES_OUTPUT].start + 2
    values = {first + at: value for at, value in enumerate(marks.notes)}
    layers = [
        noted(layer, values[layer.out_address])
        if isinstance(layer, Quantize) and layer.count == 1 and layer.out_address in values
        else layer
        for layer in model.layers
    ]
    return replace(model, layers=tuple(layers))


def with_byte_features(
    model: Kmodel, full: float = RANGE, marks: Marks | None = None, *, upside_down: bool = False
) -> Kmodel:
    """The model up to its last global average pool, with the three outputs for the board (see `outputs.py`).

    `full` is the feature that the greatest byte shall stand for. `marks`, and `upside_down`, which says that it wants
    its pictures so: as its notes say, if it has any. KmodelError when bytes cannot hold the features.
    """
    upside_down = upside_down or wants_upside_down(Network(model))
    marks = marks or marks_of(Network(model))
    uses, pool = flow(model), _pool(model)
    floats, last_map = _floats(model, uses)
    body = arranged(model, pool + 1, [Part(pool, 0, uses.sizes[pool]), last_map])
    end = ending(
        features=body.outputs[0],
        last_map=body.outputs[1],
        free_address=body.main_memory_bytes,
        top=_top(floats),
        full=full,
        marks=marks,
        upside_down=upside_down,
    )
    layers = body.layers + end.layers
    return replace(body, layers=layers, outputs=end.outputs, main_memory_bytes=end.main_memory_bytes)


def _pool(model: Kmodel) -> int:
    """The index of the last global average pool."""
    pools = [index for index, layer in enumerate(model.layers) if isinstance(layer, GlobalAveragePool2D)]
    if not pools:
        raise KmodelError("the model has no global average pool, so it has no features and no last map")
    return pools[-1]


def _floats(model: Kmodel, uses: Flow) -> tuple[Dequantize | ChannelwiseDequantize, Part]:
    """The layer that makes the pool's floats, and the bytes, the last map, that it makes them of."""
    (floats,) = uses.reads[_pool(model)]
    layer = model.layers[floats.layer]
    if floats.layer == INPUT or not isinstance(layer, Dequantize | ChannelwiseDequantize):
        raise KmodelError("the global average pool reads floats that were made of no map of bytes")
    (last_map,) = uses.reads[floats.layer]
    return layer, last_map


def _top(layer: Dequantize | ChannelwiseDequantize) -> float:
    """The largest number it can make, and so the pool; KmodelError when some can be negative."""
    if isinstance(layer, ChannelwiseDequantize):
        scale, bias = np.frombuffer(layer.parameters, "<f4").reshape(-1, 2).T.astype(np.float64)
    else:
        scale, bias = np.array([[layer.scale], [layer.bias]])
    ends = np.stack([bias, 255 * scale + bias])
    if not np.isfinite(ends).all() or ends.min() < 0:
        raise KmodelError("features below 0 do not fit the board's bytes; end the network in ReLU or ReLU6")
    return float(ends.max())
