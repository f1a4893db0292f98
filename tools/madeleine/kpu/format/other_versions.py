"""What a kmodel of version 4 (nncase 0.2) or 5 (nncase 1) says of itself; these files are neither run nor changed here.

Layouts: nncase, src/common/include/runtime/model.h and runtime_op.def (v0.2), include/nncase/runtime/model.h (v1).
"""

import struct
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from ..errors import KmodelError
from .kmodel import PADDING_BYTES

IDENTIFIER = b"LDMK"
V4 = struct.Struct("<4s9I")  # identifier, version, flags, target, constants, memory, nodes, inputs, outputs, reserved
V5 = struct.Struct("<4s7I")  # identifier, version, header size, flags, alignment, modules, entry module, entry function
RANGE = struct.Struct("<4I")  # v4: which memory, type, start, size in bytes
SHAPE = struct.Struct("<4i")  # v4: pictures, channels, height, width
NODE = struct.Struct("<2I")  # v4: operation, bytes of its body
MODULE = struct.Struct("<16s8I")  # v5: type, version, header size, size, then counts of what is in it
NODE_LIMIT, MODULE_LIMIT = 4096, 16  # ours: real files have some hundred and two or three
TYPES = {0: "float32", 1: "uint8"}
# fmt: off
OPERATIONS = {
    0: "binary", 1: "concat", 2: "conv2d", 3: "dequantize", 4: "matmul", 5: "pad", 6: "quantize", 7: "reduce",
    8: "reduce_window2d", 9: "memory_copy", 10: "resize_image", 11: "softmax", 12: "transpose", 13: "strided_slice",
    14: "unary", 15: "quantized_conv2d", 16: "quantized_matmul", 17: "quantized_binary", 18: "table_lookup1d",
    19: "conv2d_transpose", 20: "nnil_unary_method",
    0x1001: "cpu_conv2d", 0x1002: "cpu_depthwise_conv2d", 0x1003: "cpu_reduce_window2d",
    0x1004: "cpu_quantized_conv2d", 0x1005: "cpu_quantized_depthwise_conv2d",
    0x2001: "kpu_upload", 0x2002: "kpu_conv2d",
}
# fmt: on


@dataclass(frozen=True)
class OtherVersion:
    """A file of another version. `contents`: operations (v4) or modules (v5), and how many of each there are."""

    name: str
    version: int
    firmware: str
    file_bytes: int
    contents: dict[str, int]
    main_memory_bytes: int | None = None
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()


def is_other(data: bytes) -> bool:
    """Whether this is a kmodel of version 4 or later, by its first bytes."""
    return data[: len(IDENTIFIER)] == IDENTIFIER


def read_other(data: bytes, name: str) -> OtherVersion:
    """The header and the list of parts; KmodelError, with `name` in front, when one does not fit the file."""
    version = int.from_bytes(_at(data, 4, 4, name), "little")
    if version == 4:
        return _version_4(data, name)
    if version == 5:
        return _version_5(data, name)
    return _other(data, name, version, {})


def firmware_for(version: int) -> str:
    """Which MaixPy builds load files of this version."""
    builds = {3: "every MaixPy v1", 4: "MaixPy v0.5.0_42 and later, builds with kmodel v4 switched on"}
    return builds.get(version, "no MaixPy v1: convert the network to version 3")


def _other(data: bytes, name: str, version: int, contents: Mapping[str, int]) -> OtherVersion:
    return OtherVersion(name, version, firmware_for(version), len(data), dict(contents))


def _version_4(data: bytes, name: str) -> OtherVersion:
    _, _, _, target, constants, memory, nodes, inputs, outputs, _ = V4.unpack(_at(data, 0, V4.size, name))
    if target > 1:
        raise KmodelError(f"{name}: target {target} at byte 12; 0 (CPU) and 1 (K210) are known")
    if nodes > NODE_LIMIT:
        raise KmodelError(f"{name}: {nodes} nodes at byte 24; at most {NODE_LIMIT} are supported")
    at = V4.size
    in_ranges = _at(data, at, inputs * RANGE.size, name)
    at += len(in_ranges)
    shapes = _at(data, at, inputs * SHAPE.size, name)
    at += len(shapes)
    out_ranges = _at(data, at, outputs * RANGE.size, name)
    at += len(out_ranges) + constants
    headers = list(NODE.iter_unpack(_at(data, at, nodes * NODE.size, name)))
    bodies = sum(size for _, size in headers)
    _at(data, at + nodes * NODE.size, max(bodies - PADDING_BYTES, 0), name)  # some files lack the last padding
    operations = Counter(OPERATIONS.get(number, f"operation {number:#x}") for number, _ in headers)
    return replace(
        _other(data, name, 4, operations),
        main_memory_bytes=memory,
        inputs=tuple(
            f"{kind} {'x'.join(map(str, (height, width, channels)))}"
            for (kind, _), (_, channels, height, width) in zip(
                _ranges(in_ranges), SHAPE.iter_unpack(shapes), strict=True
            )
        ),
        outputs=tuple(f"{kind}, {size} bytes" for kind, size in _ranges(out_ranges)),
    )


def _ranges(data: bytes) -> Iterator[tuple[str, int]]:
    """Type and bytes of each input or output."""
    for _, kind, _, size in RANGE.iter_unpack(data):
        yield TYPES.get(kind, f"type {kind}"), size


def _version_5(data: bytes, name: str) -> OtherVersion:
    _, _, header_size, _, _, modules, _, _ = V5.unpack(_at(data, 0, V5.size, name))
    if modules > MODULE_LIMIT:
        raise KmodelError(f"{name}: {modules} modules at byte 20; at most {MODULE_LIMIT} are supported")
    at, contents = max(header_size, V5.size), Counter[str]()
    for _ in range(modules):
        kind, _, _, size, *_ = MODULE.unpack(_at(data, at, MODULE.size, name))
        _at(data, at, max(size, MODULE.size), name)
        contents[kind.rstrip(b"\0").decode("ascii", "backslashreplace")] += 1
        at += max(size, MODULE.size)
    return _other(data, name, 5, contents)


def _at(data: bytes, offset: int, size: int, name: str) -> bytes:
    """`size` bytes at `offset`, which have to be there."""
    if offset + size > len(data):
        raise KmodelError(f"{name}: {size} bytes at {offset} pass its end at {len(data)}; fetch the file again")
    return data[offset : offset + size]
