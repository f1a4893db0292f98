"""Writes kmodel version 3 files, laid out as nncase 0.1 does. The way back is `kmodel.parse`."""

import struct
from dataclasses import fields

from .kmodel import HEADER, K210, VERSION, Kmodel
from .layertypes import EIGHT_BIT, PAIR, Concat, ConvLayer, Layer

BODY_ALIGN, WEIGHTS_ALIGN, ACTIVATION_ALIGN = 8, 128, 256  # in the file; the loader puts it at a multiple of 256


def write(model: Kmodel) -> bytes:
    """The bytes of a model; `parse(write(model)) == model`."""
    start = HEADER.size + PAIR.size * (len(model.outputs) + len(model.layers))
    table, bodies = b"", bytearray(start)
    for layer in model.layers:
        before = len(bodies)
        _append(bodies, layer)
        table += PAIR.pack(layer.NUMBER, len(bodies) - before)
    head = HEADER.pack(
        VERSION,
        EIGHT_BIT * model.eight_bit_weights,
        K210,
        len(model.layers),
        model.max_start_line,
        model.main_memory_bytes,
        len(model.outputs),
    )
    outputs = b"".join(PAIR.pack(region.start, region.size) for region in model.outputs)
    bodies[:start] = head + outputs + table
    return bytes(bodies)


def _append(data: bytearray, layer: Layer) -> None:
    """Adds a layer's body at the end of the file so far."""
    names = [item.name for item in fields(layer) if "code" in item.metadata]
    data += layer.head().pack(*(getattr(layer, name) for name in names))
    if isinstance(layer, ConvLayer):
        _append_conv(data, layer)
    else:
        if isinstance(layer, Concat):
            data += b"".join(PAIR.pack(region.start, region.size) for region in layer.inputs)
        for item in fields(layer):
            if isinstance(getattr(layer, item.name), bytes):
                data += getattr(layer, item.name)
    _align(data, BODY_ALIGN)


def _append_conv(data: bytearray, layer: ConvLayer) -> None:
    """The four offsets, counted from the start of the file, then what they point to."""
    offsets_at = len(data)
    data += bytes(16)
    places = []
    for blob, align in (
        (layer.registers.pack(), BODY_ALIGN),
        (layer.weights, WEIGHTS_ALIGN),
        (layer.batch_norm, WEIGHTS_ALIGN),
        (layer.activation, ACTIVATION_ALIGN),
    ):
        _align(data, align)
        places.append(len(data))
        data += blob
    struct.pack_into("<4I", data, offsets_at, *places)


def _align(data: bytearray, size: int) -> None:
    data += bytes(-len(data) % size)
