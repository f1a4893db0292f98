"""kmodel version 3 files: from bytes to layers. Knows the format, does no arithmetic on what it reads."""

import struct
from dataclasses import dataclass

from ..errors import KmodelError
from .layertypes import BY_NUMBER, EIGHT_BIT, PAIR, Body, Layer, Region

VERSION = 3
VERSION_TOP = 16  # a greater number is not a version
HEADER = struct.Struct("<7I")  # version, flags, architecture, layers, start address, main memory, outputs
K210 = 0
FILE_LIMIT_BYTES = 16 << 20  # the board's whole flash
MEMORY_LIMIT_BYTES = 6 << 20  # the K210's general memory
LAYER_LIMIT = 1024  # ours, so that a hostile file costs little; real networks have tens
PADDING_BYTES = 7  # a hand-edited file in the wild lacks the padding of its last body


TO_ONNX = "export it to ONNX, then run madeleine model build"
OTHER_FILES = (  # at which byte, what stands there, what it means
    *(
        (0, bytes((0x08, ir, tag)), "an ONNX network (run madeleine model build)")
        for ir in range(1, 16)
        for tag in (0x12, 0x3A)
    ),
    (4, b"TFL3", f"a TensorFlow Lite network ({TO_ONNX})"),
    (0, b"\x89HDF", f"a Keras network ({TO_ONNX})"),
    (0, b"PK\x03\x04", "a zip archive, as .kfpkg, .npz and .pt are"),
    (0, b"\xff\xd8\xff", "a JPEG picture"),
    (0, b"\x89PNG", "a PNG picture"),
)


@dataclass(frozen=True)
class Kmodel:
    """A whole file. `max_start_line` is a note of the compiler's; the driver does not read it."""

    layers: tuple[Layer, ...]
    outputs: tuple[Region, ...]
    main_memory_bytes: int
    eight_bit_weights: bool = True
    max_start_line: int = 0


def parse(data: bytes, name: str = "model") -> Kmodel:
    """The layers of a kmodel v3 file; KmodelError, which starts with `name`, says what is wrong and at which byte."""
    version, flags, architecture, layer_count, start, memory_bytes, output_count = _header(data, name)
    if version != VERSION:
        raise KmodelError(f"{name}: {_other_file(data, version)}; only kmodel version {VERSION} is supported")
    if architecture != K210:
        raise KmodelError(f"{name}: architecture {architecture} at byte 8; only the K210 (0) is supported")
    if layer_count > LAYER_LIMIT or not layer_count:
        raise KmodelError(f"{name}: {layer_count} layers at byte 12; 1 to {LAYER_LIMIT} are supported")
    if memory_bytes > MEMORY_LIMIT_BYTES:
        raise KmodelError(f"{name}: {memory_bytes} bytes of memory at byte 20; the K210 has {MEMORY_LIMIT_BYTES}")
    if not output_count:
        raise KmodelError(f"{name}: no outputs at byte 24; convert the network again")
    table_at = HEADER.size + output_count * PAIR.size
    body_at = table_at + layer_count * PAIR.size
    if body_at > len(data):
        raise KmodelError(f"{name}: its tables end at byte {body_at}, the file at {len(data)}; fetch the file again")
    outputs = tuple(Region(*pair) for pair in PAIR.iter_unpack(data[HEADER.size : table_at]))
    layers = []
    for index, (number, size) in enumerate(PAIR.iter_unpack(data[table_at:body_at])):
        layers.append(_layer(data, Region(body_at, size), number, f"{name}: layer {index}"))
        body_at += size
    return Kmodel(tuple(layers), outputs, memory_bytes, bool(flags & EIGHT_BIT), start)


def _header(data: bytes, name: str) -> tuple[int, ...]:
    if len(data) > FILE_LIMIT_BYTES:
        raise KmodelError(f"{name}: {len(data)} bytes; no model is larger than {FILE_LIMIT_BYTES}")
    if data[:4] == b"LDMK":
        raise KmodelError(f"{name}: a kmodel of version 4 or later at byte 0; only version {VERSION} is supported")
    if len(data) < HEADER.size:
        raise KmodelError(f"{name}: {len(data)} bytes are too few for a kmodel; fetch the file again")
    return HEADER.unpack_from(data)


def _other_file(data: bytes, version: int) -> str:
    """What the file seems to be, by its first bytes."""
    kinds = [f"not a kmodel but {what}" for at, mark, what in OTHER_FILES if data[at : at + len(mark)] == mark]
    unknown = f"version {version} at byte 0" if version <= VERSION_TOP else "not a kmodel"
    return kinds[0] if kinds else unknown


def _layer(data: bytes, region: Region, number: int, title: str) -> Layer:
    if number not in BY_NUMBER:
        raise KmodelError(f"{title} at byte {region.start}: unknown layer type {number}; the file is damaged")
    name, kind = BY_NUMBER[number]
    body = Body(data, region, f"{title} ({name})")
    if kind is None:
        raise body.error("the K210's driver does not run this layer type; convert the network without it")
    if region.end > len(data) + PADDING_BYTES:
        raise body.error(f"its {region.size} bytes end after the file's {len(data)}; fetch the file again")
    return kind.decode(body)
