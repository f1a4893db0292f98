"""A TFLite file as plain values. Knows no operator's meaning.

The packages `tflite` and `flatbuffers` read it. They follow every offset of the file and believe every length, so all
is read within bounds here, and whatever they raise is damage.
"""

import struct
from dataclasses import dataclass
from functools import cached_property
from math import prod
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from madeleine.errors import ToolError
from madeleine.inputs import read

from ..errors import KmodelError

Array: TypeAlias = NDArray[Any]
IDENTIFIER = b"TFL3"  # at byte 4
SIZE_LIMIT_BYTES = 64 << 20  # in float32 ten times what the K210 can hold in 8 bits
COUNT_LIMIT = 10_000  # of tensors, nodes, kinds of operators
LINKS_LIMIT = 64  # inputs or outputs of a node
NAME_LIMIT, NAME_LIMIT_BYTES = 100, 10_000  # characters of it are shown; converters join many names
SCALES_LIMIT = 4096  # of a tensor; the chip has 1024 channels
TENSOR_NAME, CUSTOM_CODE = 10, 6  # places of these texts in their tables
RANK_LIMIT = 8
KINDS = {0: "float32", 1: "float16", 2: "int32", 3: "uint8", 4: "int64", 9: "int8"}  # TensorType
BYTES = ("uint8", "int8")
CUSTOM = 32  # BuiltinOperator
DAMAGE = (struct.error, ValueError, IndexError, TypeError, OverflowError)

# What we ask of the options of an operator: table, and fields as the package calls them.
OPTIONS = {
    "ADD": ("AddOptions", "FusedActivationFunction"),
    "AVERAGE_POOL_2D": (
        "Pool2DOptions",
        "Padding StrideH StrideW FilterHeight FilterWidth FusedActivationFunction",
    ),
    "CONCATENATION": ("ConcatenationOptions", "Axis FusedActivationFunction"),
    "CONV_2D": (
        "Conv2DOptions",
        "Padding StrideH StrideW DilationHFactor DilationWFactor FusedActivationFunction",
    ),
    "DEPTHWISE_CONV_2D": (
        "DepthwiseConv2DOptions",
        "Padding StrideH StrideW DilationHFactor DilationWFactor FusedActivationFunction",
    ),
    "FULLY_CONNECTED": ("FullyConnectedOptions", "WeightsFormat FusedActivationFunction"),
    "MAX_POOL_2D": (
        "Pool2DOptions",
        "Padding StrideH StrideW FilterHeight FilterWidth FusedActivationFunction",
    ),
    "SOFTMAX": ("SoftmaxOptions", "Beta"),
}


@dataclass(frozen=True)
class Tensor:
    """A value of the file; `data` is empty unless it stands in the file. -1 in `shape`: open.

    Where there are `scales`, an entry q means scale * (q - zero): one for all, or one for each place along `axis`.
    """

    name: str
    shape: tuple[int, ...]
    kind: str
    scales: NDArray[np.float32]
    zeros: NDArray[np.int64]
    axis: int
    data: NDArray[np.uint8]

    @property
    def is_bytes(self) -> bool:
        """Whether it is quantised to bytes, all with one scale."""
        return self.kind in BYTES and self.scales.size == 1

    @cached_property
    def numbers(self) -> Array:
        """The entries as they stand in the file; ValueError when there are not as many as the shape says."""
        kind = np.dtype(self.kind).newbyteorder("<")
        if min(self.shape, default=1) < 0 or prod(self.shape) * kind.itemsize != self.data.size:
            raise ValueError(f"has {self.data.size} bytes for {self.kind} {self.shape}")
        return self.data.view(kind).reshape(self.shape)

    @cached_property
    def values(self) -> NDArray[np.float32]:
        """What the entries mean; ValueError when that cannot be."""
        numbers = self.numbers
        if numbers.dtype.kind == "f":
            return numbers.astype(np.float32)
        if not self.scales.size:
            raise ValueError(f"is {self.kind} without a scale")
        if self.scales.size > 1 and (self.axis >= numbers.ndim or numbers.shape[self.axis] != self.scales.size):
            raise ValueError(f"has {self.scales.size} scales along axis {self.axis} of {self.shape}")
        along = [1] * numbers.ndim
        if self.scales.size > 1:
            along[self.axis] = -1
        with np.errstate(over="ignore"):  # what is too large becomes infinite, and is refused
            means = (numbers.astype(np.float64) - self.zeros.reshape(along)) * self.scales.reshape(along)
            return means.astype(np.float32)


@dataclass(frozen=True)
class Operation:
    """A node of the file. `inputs` and `outputs` are numbers of tensors; an input left out is -1."""

    name: str
    operator: str
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    options: dict[str, int | float]


@dataclass(frozen=True)
class TfliteFile:
    """A network: its tensors by number, and which of them go in and out."""

    tensors: tuple[Tensor, ...]
    operations: tuple[Operation, ...]
    input: int
    outputs: tuple[int, ...]


def load(path: Path) -> TfliteFile:
    """The file at `path`; KmodelError says what is wrong with it, ToolError that the package `tflite` is missing."""
    tflite, title = _package(), path.name
    try:
        data = read(path, SIZE_LIMIT_BYTES)
    except OSError as error:
        raise KmodelError(f"{title}: cannot be read ({error.strerror}); check the path") from error
    if data[4:8] != IDENTIFIER:
        raise KmodelError(f"{title}: not a TFLite file; export the network again")
    try:
        return _Reading(tflite, title).file(tflite.Model.GetRootAs(data))
    except DAMAGE as error:
        raise KmodelError(f"{title}: a damaged TFLite file; export it or fetch it again") from error


def _package() -> Any:
    try:
        import tflite
    except ImportError as error:
        raise ToolError("this needs the package tflite; run in Madeleine's folder: pip install '.[tflite]'") from error
    return tflite


class _Reading:
    """From the tables of the file to plain values. Every count is checked before anything is read so many times."""

    def __init__(self, tflite: Any, title: str) -> None:
        self.tflite = tflite
        self.title = title

    def file(self, model: Any) -> TfliteFile:
        if model.SubgraphsLength() != 1:
            raise KmodelError(f"{self.title}: has {model.SubgraphsLength()} graphs; one is supported")
        graph = model.Subgraphs(0)
        self._count("nodes", graph.OperatorsLength(), 1)
        self._count("tensors", graph.TensorsLength(), 1)
        self._count("kinds of operators", model.OperatorCodesLength(), 1)
        self._count("buffers", model.BuffersLength(), 1)
        tensors = tuple(self._tensor(model, graph.Tensors(index)) for index in range(graph.TensorsLength()))
        operators = [self._operator(model.OperatorCodes(index)) for index in range(model.OperatorCodesLength())]
        operations = tuple(
            self._operation(graph.Operators(index), index, operators, tensors)
            for index in range(graph.OperatorsLength())
        )
        inputs, outputs = (self._links(of(), len(tensors), 0) for of in (graph.InputsAsNumpy, graph.OutputsAsNumpy))
        if len(inputs) != 1 or not outputs:
            raise KmodelError(f"{self.title}: has {len(inputs)} inputs, {len(outputs)} outputs; one picture is needed")
        return TfliteFile(tensors, operations, inputs[0], outputs)

    def _count(self, what: str, count: int, least: int = 0, most: int = COUNT_LIMIT) -> None:
        if not least <= count <= most:
            raise KmodelError(f"{self.title}: {count} {what}; {least} to {most} are supported")

    def _text(self, table: Any, place: int) -> str:
        """A text as it can stand in a one-line message. The package would copy any length, for every table again."""
        offset = table._tab.Offset(place)
        if not offset:
            return ""
        self._count("bytes of a name", table._tab.VectorLen(offset), 0, NAME_LIMIT_BYTES)
        text = table._tab.String(table._tab.Pos + offset)[: 4 * NAME_LIMIT].decode("utf-8", "replace")[:NAME_LIMIT]
        return "".join(character if character.isprintable() else "?" for character in text)

    def _tensor(self, model: Any, tensor: Any) -> Tensor:
        self._count("dimensions of a tensor", max(tensor.ShapeLength(), tensor.ShapeSignatureLength()), 0, RANK_LIMIT)
        shape, signature = _integers(tensor.ShapeAsNumpy()), _integers(tensor.ShapeSignatureAsNumpy())
        if len(signature) == len(shape):
            shape = tuple(-1 if named == -1 else size for size, named in zip(shape, signature, strict=True))
        name = self._text(tensor, TENSOR_NAME)
        title = f"{self.title}: tensor {name}"
        kind = KINDS.get(tensor.Type(), f"type {tensor.Type()}")
        if tensor.Sparsity() is not None:
            raise KmodelError(f"{title} is sparse; export the network with dense weights")
        scales, zeros, axis = self._quantisation(tensor.Quantization(), title)
        buffer = model.Buffers(tensor.Buffer()) if tensor.Buffer() < model.BuffersLength() else None
        data = buffer.DataAsNumpy() if buffer and buffer.DataLength() else np.zeros(0, np.uint8)
        return Tensor(name, shape, kind, scales, zeros, axis, data)

    def _quantisation(self, found: Any, title: str) -> tuple[NDArray[np.float32], NDArray[np.int64], int]:
        """Scales, as many zeros, and the axis that they belong to; none of a float tensor."""
        if found is None or not found.ScaleLength():
            return np.zeros(0, np.float32), np.zeros(0, np.int64), 0
        self._count("scales of a tensor", max(found.ScaleLength(), found.ZeroPointLength()), 1, SCALES_LIMIT)
        scales = found.ScaleAsNumpy()
        zeros = found.ZeroPointAsNumpy() if found.ZeroPointLength() else np.zeros(1, np.int64)
        if zeros.size not in (1, scales.size) or not (np.isfinite(scales) & (scales > 0)).all():
            raise KmodelError(f"{title} has scales that mean nothing; export the network again")
        if zeros.min() < -128 or zeros.max() > 255:
            raise KmodelError(f"{title} has a zero that is not a byte; export the network again")
        return scales, np.broadcast_to(zeros, scales.shape), int(found.QuantizedDimension())

    def _operator(self, code: Any) -> str:
        number = max(code.BuiltinCode(), code.DeprecatedBuiltinCode())  # the old field has 7 bits
        if number == CUSTOM:
            return f"CUSTOM {self._text(code, CUSTOM_CODE)}"
        return str(self.tflite.utils.BUILTIN_OPCODE2NAME.get(number, f"operator {number}"))

    def _operation(self, node: Any, index: int, operators: list[str], tensors: tuple[Tensor, ...]) -> Operation:
        if node.OpcodeIndex() >= len(operators):
            raise KmodelError(f"{self.title}: node #{index} names an operator that is not in the file; export it again")
        self._count("inputs or outputs of a node", max(node.InputsLength(), node.OutputsLength()), 0, LINKS_LIMIT)
        inputs = self._links(node.InputsAsNumpy(), len(tensors), -1)
        outputs = self._links(node.OutputsAsNumpy(), len(tensors), 0)
        operator = operators[node.OpcodeIndex()]
        # Converters join the names of all that went into a layer by semicolons.
        name = (tensors[outputs[0]].name.partition(";")[0] if outputs else "") or f"#{index}"
        if not outputs:
            raise KmodelError(f"{self.title}: node {name} ({operator}): has no output; export it again")
        return Operation(name, operator, inputs, outputs, self._options(node, operator))

    def _links(self, found: Any, count: int, least: int) -> tuple[int, ...]:
        numbers = _integers(found)
        if not all(least <= number < count for number in numbers):
            raise KmodelError(f"{self.title}: names tensors that are not there; export it again")
        return numbers

    def _options(self, node: Any, operator: str) -> dict[str, int | float]:
        """Those of OPTIONS; the defaults where a file leaves the table out."""
        if operator not in OPTIONS:
            return {}
        table, fields = OPTIONS[operator]
        options, union = getattr(self.tflite, table)(), node.BuiltinOptions()
        if union is None or node.BuiltinOptionsType() != getattr(self.tflite.BuiltinOptions, table):
            raise KmodelError(f"{self.title}: a node {operator} has no {table}; export it again")
        options.Init(union.Bytes, union.Pos)
        return {field: getattr(options, field)() for field in fields.split()}


def _integers(found: Any) -> tuple[int, ...]:
    """A vector of the file; the package gives 0 for one that is not there."""
    return tuple(int(number) for number in found) if isinstance(found, np.ndarray) else ()
