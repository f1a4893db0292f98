"""The layers a kmodel v3 file can hold: what their bodies consist of, and the table of their numbers.

Every body starts with 32-bit fields, declared in order by the layer's dataclass; some have a tail, read by `_tail`.
No arithmetic on what is read; the writer (`write.py`) goes the other way by the same declarations.
"""

import struct
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, Self

from ..errors import KmodelError
from .registers import SIZE_BYTES, Registers

PAIR = struct.Struct("<II")
EIGHT_BIT = 1  # flag of the file's header, at byte 4: weights are bytes, else 16-bit numbers
ACTIVATION_BYTES = 16 * 8 + 16


@dataclass(frozen=True)
class Region:
    """A place in the main buffer, in bytes."""

    start: int
    size: int

    @property
    def end(self) -> int:
        """The byte after the last."""
        return self.start + self.size


class Body:
    """A layer's bytes in the file, and the words to complain about them."""

    def __init__(self, data: bytes, region: Region, title: str) -> None:
        self.data, self.region, self.title, self.position = data, region, title, region.start

    def error(self, what: str, offset: int | None = None) -> KmodelError:
        """An error that names this layer and the byte (the start of the body unless given)."""
        return KmodelError(f"{self.title} at byte {self.region.start if offset is None else offset}: {what}")

    def take(self, size: int, what: str) -> bytes:
        """The next `size` bytes."""
        self.position += size
        return self.at(self.position - size, size, what)

    def at(self, offset: int, size: int, what: str) -> bytes:
        """`size` bytes at a place of the file, which has to lie in this body."""
        if offset < self.region.start or offset + size > min(self.region.end, len(self.data)):
            raise self.error(f"the {what} ({size} bytes) do not lie in the layer's body; the file is damaged", offset)
        return self.data[offset : offset + size]


def _word(code: str) -> Any:
    """A dataclass field stored as one 32-bit number: I unsigned, i signed, f float."""
    return field(metadata={"code": code})


@dataclass(frozen=True, kw_only=True)
class Layer:
    """What all layers share. Addresses (`*_address`) are bytes in the main buffer, lines are AI RAM's."""

    NUMBER: ClassVar[int]
    NAME: ClassVar[str]
    title: str = field(default="layer", compare=False, repr=False)
    offset: int = field(default=0, compare=False, repr=False)
    flags: int = field(default=0, metadata={"code": "I"})

    @classmethod
    def head(cls) -> struct.Struct:
        """The 32-bit fields at the start of the body."""
        return struct.Struct("<" + "".join(item.metadata.get("code", "") for item in fields(cls)))

    @classmethod
    def decode(cls, body: Body) -> Self:
        """A layer from its body; KmodelError when it does not fit."""
        head = cls.head()
        numbers = head.unpack(body.take(head.size, "fields"))
        names = [item.name for item in fields(cls) if "code" in item.metadata]
        values: dict[str, Any] = dict(zip(names, numbers, strict=True))
        values.update(cls._tail(body, values))
        return cls(title=body.title, offset=body.region.start, **values)

    @classmethod
    def _tail(cls, body: Body, values: dict[str, Any]) -> dict[str, Any]:
        """What follows the head."""
        return {}

    def error(self, what: str) -> KmodelError:
        """An error that names this layer and where its body starts."""
        return KmodelError(f"{self.title} at byte {self.offset}: {what}")


@dataclass(frozen=True, kw_only=True)
class Add(Layer):
    """float32 a + b."""

    a_address: int = _word("I")
    b_address: int = _word("I")
    out_address: int = _word("I")
    count: int = _word("I")


@dataclass(frozen=True, kw_only=True)
class QuantizedAdd(Add):
    """uint8 a + b, each with its own scale."""

    a_offset: int = _word("i")
    a_mul: int = _word("i")
    a_shift: int = _word("i")
    b_offset: int = _word("i")
    b_mul: int = _word("i")
    b_shift: int = _word("i")
    out_offset: int = _word("i")
    out_mul: int = _word("i")
    out_shift: int = _word("i")


@dataclass(frozen=True, kw_only=True)
class _OneInput(Layer):
    in_address: int = _word("I")
    out_address: int = _word("I")


@dataclass(frozen=True, kw_only=True)
class GlobalAveragePool2D(_OneInput):
    """The mean of each channel; `kernel_size` is its number of pixels."""

    kernel_size: int = _word("I")
    channels: int = _word("I")


@dataclass(frozen=True, kw_only=True)
class QuantizedMaxPool2D(_OneInput):
    """The largest uint8 of each window."""

    in_width: int = _word("I")
    in_height: int = _word("I")
    in_channels: int = _word("I")
    out_width: int = _word("I")
    out_height: int = _word("I")
    out_channels: int = _word("I")
    kernel_width: int = _word("I")
    kernel_height: int = _word("I")
    stride_width: int = _word("I")
    stride_height: int = _word("I")
    padding_width: int = _word("I")
    padding_height: int = _word("I")


@dataclass(frozen=True, kw_only=True)
class AveragePool2D(QuantizedMaxPool2D):
    """The mean of each float32 window; the driver ignores the activation."""

    activation: int = _word("I")


@dataclass(frozen=True, kw_only=True)
class Quantize(_OneInput):
    """float32 to uint8."""

    count: int = _word("I")
    scale: float = _word("f")
    bias: float = _word("f")


class Dequantize(Quantize):
    """uint8 to float32."""


@dataclass(frozen=True, kw_only=True)
class Requantize(_OneInput):
    """uint8 through a table of 256 bytes."""

    count: int = _word("I")
    table: bytes

    @classmethod
    def _tail(cls, body: Body, values: dict[str, Any]) -> dict[str, Any]:
        return {"table": body.take(256, "table")}


@dataclass(frozen=True, kw_only=True)
class L2Normalization(_OneInput):
    """float32 values over their Euclidean length."""

    channels: int = _word("I")


class Softmax(L2Normalization):
    """float32 softmax."""


class Logistic(L2Normalization):
    """float32 1 / (1 + exp(-v))."""


@dataclass(frozen=True, kw_only=True)
class Concat(Layer):
    """Byte ranges copied one after the other."""

    out_address: int = _word("I")
    input_count: int = _word("I")
    inputs: tuple[Region, ...]

    @classmethod
    def _tail(cls, body: Body, values: dict[str, Any]) -> dict[str, Any]:
        data = body.take(values["input_count"] * PAIR.size, "inputs")
        return {"inputs": tuple(Region(*pair) for pair in PAIR.iter_unpack(data))}


class QuantizedConcat(Concat):
    """The same."""


@dataclass(frozen=True, kw_only=True)
class FullyConnected(_OneInput):
    """float32 weights [out][in], then bias [out]; activation 0 none, 1 ReLU, 2 ReLU6."""

    in_channels: int = _word("I")
    out_channels: int = _word("I")
    activation: int = _word("I")
    weights: bytes
    bias: bytes

    @classmethod
    def _tail(cls, body: Body, values: dict[str, Any]) -> dict[str, Any]:
        bias_bytes = 4 * values["out_channels"]
        weights = body.take(bias_bytes * values["in_channels"], "weights")
        return {"weights": weights, "bias": body.take(bias_bytes, "bias")}


@dataclass(frozen=True, kw_only=True)
class TensorflowFlatten(_OneInput):
    """float32 [channel][row][column] to [row][column][channel]."""

    width: int = _word("I")
    height: int = _word("I")
    channels: int = _word("I")


class QuantizedTensorflowFlatten(TensorflowFlatten):
    """The same for uint8; only the driver that Maix-EMC patched runs it."""


@dataclass(frozen=True, kw_only=True)
class ResizeNearestNeighbor(_OneInput):
    """float32 maps made larger or smaller; the driver ignores align_corners."""

    in_width: int = _word("I")
    in_height: int = _word("I")
    in_channels: int = _word("I")
    out_width: int = _word("I")
    out_height: int = _word("I")
    align_corners: int = _word("I")


class QuantizedResizeNearestNeighbor(ResizeNearestNeighbor):
    """The same for uint8."""


@dataclass(frozen=True, kw_only=True)
class ChannelwiseDequantize(_OneInput):
    """uint8 to float32 with a scale and a bias (float32 pairs) for each channel."""

    channels: int = _word("I")
    channel_size: int = _word("I")
    parameters: bytes

    @classmethod
    def _tail(cls, body: Body, values: dict[str, Any]) -> dict[str, Any]:
        return {"parameters": body.take(values["channels"] * PAIR.size, "scales")}


@dataclass(frozen=True, kw_only=True)
class ConvLayer(Layer):
    """A layer of the KPU. Bit 0 of flags: the result goes to `out_address` in main memory, not to AI RAM.

    weights [out][in][ky][kx] of 1 or 2 bytes; batch_norm (a u64 for each out) and activation (16 u64, 16 bytes) are as
    the chip reads them.
    """

    out_address: int = _word("I")
    registers: Registers
    weights: bytes
    batch_norm: bytes
    activation: bytes

    @property
    def to_main_memory(self) -> bool:
        """Whether the result leaves AI RAM."""
        return bool(self.flags & 1)

    @classmethod
    def _tail(cls, body: Body, values: dict[str, Any]) -> dict[str, Any]:
        registers_at, weights_at, batch_norm_at, activation_at = struct.unpack("<4I", body.take(16, "offsets"))
        registers = Registers.unpack(body.at(registers_at, SIZE_BYTES, "registers"))
        weight_bytes = registers.weight_count() * (1 if body.data[4] & EIGHT_BIT else 2)
        return {
            "registers": registers,
            "weights": body.at(weights_at, weight_bytes, "weights"),
            "batch_norm": body.at(batch_norm_at, 8 * registers.out_channels, "batch-norm numbers"),
            "activation": body.at(activation_at, ACTIVATION_BYTES, "activation table"),
        }


@dataclass(frozen=True, kw_only=True)
class AddPadding(Layer):
    """A vector into the corners of 4x4 maps in AI RAM."""

    in_address: int = _word("I")
    out_line: int = _word("I")
    channels: int = _word("I")


@dataclass(frozen=True, kw_only=True)
class RemovePadding(_OneInput):
    """The corners of 4x4 maps back into a vector."""

    channels: int = _word("I")


@dataclass(frozen=True, kw_only=True)
class Upload(Layer):
    """A planar map from main memory into AI RAM."""

    in_address: int = _word("I")
    out_line: int = _word("I")
    width: int = _word("I")
    height: int = _word("I")
    channels: int = _word("I")


# fmt: off
LAYERS: tuple[tuple[int, str, type[Layer] | None], ...] = (  # None: the driver knows the name and cannot run it
    (0,     "INVALID",                           None),
    (1,     "ADD",                               Add),
    (2,     "QUANTIZED_ADD",                     QuantizedAdd),
    (3,     "GLOBAL_MAX_POOL2D",                 None),
    (4,     "QUANTIZED_GLOBAL_MAX_POOL2D",       None),
    (5,     "GLOBAL_AVERAGE_POOL2D",             GlobalAveragePool2D),
    (6,     "QUANTIZED_GLOBAL_AVERAGE_POOL2D",   None),
    (7,     "MAX_POOL2D",                        None),
    (8,     "QUANTIZED_MAX_POOL2D",              QuantizedMaxPool2D),
    (9,     "AVERAGE_POOL2D",                    AveragePool2D),
    (10,    "QUANTIZED_AVERAGE_POOL2D",          None),
    (11,    "QUANTIZE",                          Quantize),
    (12,    "DEQUANTIZE",                        Dequantize),
    (13,    "REQUANTIZE",                        Requantize),
    (14,    "L2_NORMALIZATION",                  L2Normalization),
    (15,    "SOFTMAX",                           Softmax),
    (16,    "CONCAT",                            Concat),
    (17,    "QUANTIZED_CONCAT",                  QuantizedConcat),
    (18,    "FULLY_CONNECTED",                   FullyConnected),
    (19,    "QUANTIZED_FULLY_CONNECTED",         None),
    (20,    "TENSORFLOW_FLATTEN",                TensorflowFlatten),
    (21,    "QUANTIZED_TENSORFLOW_FLATTEN",      QuantizedTensorflowFlatten),
    (22,    "RESIZE_NEAREST_NEIGHBOR",           ResizeNearestNeighbor),
    (23,    "QUANTIZED_RESIZE_NEAREST_NEIGHBOR", QuantizedResizeNearestNeighbor),
    (24,    "CHANNELWISE_DEQUANTIZE",            ChannelwiseDequantize),
    (25,    "LOGISTIC",                          Logistic),
    (10240, "K210_CONV",                         ConvLayer),
    (10241, "K210_ADD_PADDING",                  AddPadding),
    (10242, "K210_REMOVE_PADDING",               RemovePadding),
    (10243, "K210_UPLOAD",                       Upload),
)
# fmt: on
BY_NUMBER = {number: (name, kind) for number, name, kind in LAYERS}
for _number, _name, _kind in LAYERS:
    if _kind is not None:
        _kind.NUMBER, _kind.NAME = _number, _name
