"""An ONNX file as plain values. Knows no operator.

The package `onnx` parses it. A file may ask for others to be opened, and shapes may claim anything: neither is trusted.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from madeleine.errors import ToolError
from madeleine.inputs import opened

from ..errors import KmodelError

Array: TypeAlias = NDArray[Any]
SIZE_LIMIT_BYTES = 64 << 20  # in float32 ten times what the K210 can hold in 8 bits
NODE_LIMIT = 10_000
NAME_LIMIT = 100  # characters
RANK_LIMIT = 8
OLDEST_OPSET = 7
WHOLE, FLOATS = ("INT64", "INT32"), ("FLOAT", "DOUBLE", "FLOAT16")


@dataclass(frozen=True)
class Operation:
    """A node of the file. `inputs` and `outputs` are names of values; an input left out is ""."""

    name: str
    operator: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: dict[str, Any]


@dataclass(frozen=True)
class OnnxFile:
    """A network: `shape` is that of the only `input`, batch included, None where it is open."""

    opset: int
    input: str
    shape: tuple[int | None, ...]
    operations: tuple[Operation, ...]
    constants: dict[str, Array]
    outputs: tuple[str, ...]


def load(path: Path) -> OnnxFile:
    """The file at `path`; KmodelError says what is wrong with it, ToolError that the package `onnx` is missing."""
    onnx, damage = _package()
    title = path.name
    try:
        with opened(path) as stream:
            data = stream.read(SIZE_LIMIT_BYTES + 1)
        if len(data) > SIZE_LIMIT_BYTES:
            raise KmodelError(f"{title}: more than {SIZE_LIMIT_BYTES} bytes; no network for the K210 is that large")
        model = onnx.ModelProto.FromString(data)
    except OSError as error:
        raise KmodelError(f"{title}: cannot be read ({error.strerror}); check the path") from error
    except damage as error:
        raise KmodelError(f"{title}: not an ONNX file, or a damaged one; export it again") from error
    return _Reading(onnx, title).file(model)


def _package() -> tuple[ModuleType, type[Exception]]:
    """`onnx`, and the error of its parser."""
    try:
        import onnx
        from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
    except ImportError as error:
        raise ToolError("this needs the package onnx; run in Madeleine's folder: pip install '.[onnx]'") from error
    return onnx, DecodeError


def _printable(name: str) -> str:
    """A name from the file as it can stand in a one-line message."""
    return "".join(character if character.isprintable() else "?" for character in name[:NAME_LIMIT])


class _Reading:
    """From the parsed messages to plain values."""

    def __init__(self, onnx: Any, title: str) -> None:
        self.onnx = onnx
        self.title = title

    def file(self, model: Any) -> OnnxFile:
        graph = model.graph
        opset = self._opset(model.opset_import)
        if not 0 < len(graph.node) <= NODE_LIMIT:
            raise KmodelError(f"{self.title}: {len(graph.node)} nodes; 1 to {NODE_LIMIT} are supported")
        constants = {self._text(tensor.name): self._array(tensor) for tensor in graph.initializer}
        entries = [entry for entry in graph.input if entry.name not in constants]
        if len(entries) != 1 or not graph.output:
            names = ", ".join(_printable(self._text(entry.name)) for entry in entries[:3]) or "none"
            raise KmodelError(f"{self.title}: needs one picture as input and some output; its inputs: {names}")
        entry, dims = entries[0], entries[0].type.tensor_type.shape.dim
        shape = tuple(dim.dim_value if dim.HasField("dim_value") else None for dim in dims)
        operations = tuple(self._operation(node, index) for index, node in enumerate(graph.node))
        outputs = tuple(self._text(value.name) for value in graph.output)
        return OnnxFile(opset, self._text(entry.name), shape, operations, constants, outputs)

    def _text(self, name: str | bytes) -> str:
        """A name as it is; protobuf gives bytes where it is not UTF-8."""
        if isinstance(name, bytes):
            raise KmodelError(f"{self.title}: has a name that is not UTF-8, so it is damaged; export it again")
        return name

    def _opset(self, imports: Iterable[Any]) -> int:
        newest = self.onnx.defs.onnx_opset_version()
        opset = max((entry.version for entry in imports if entry.domain in ("", "ai.onnx")), default=0)
        if not OLDEST_OPSET <= opset <= newest:
            raise KmodelError(f"{self.title}: opset {opset}; export with {OLDEST_OPSET} to {newest}")
        return int(opset)

    def _operation(self, node: Any, index: int) -> Operation:
        inputs, outputs = (tuple(self._text(value) for value in side) for side in (node.input, node.output))
        domain, kind = self._text(node.domain), self._text(node.op_type)
        name = _printable(self._text(node.name) or next(iter(outputs), "") or f"#{index}")
        operator = _printable(kind if domain in ("", "ai.onnx") else f"{domain}.{kind}")
        attributes = {}
        for attribute in node.attribute:
            try:
                value = self.onnx.helper.get_attribute_value(attribute)
            except ValueError as error:
                what = f"its attribute {_printable(self._text(attribute.name))} is of no known type"
                raise KmodelError(f"{self.title}: node {name} ({operator}): {what}; export again") from error
            tensor = attribute.type == self.onnx.AttributeProto.TENSOR
            attributes[self._text(attribute.name)] = self._array(value) if tensor else value
        return Operation(name, operator, inputs, outputs, attributes)

    def _array(self, tensor: Any) -> Array:
        """float32 or int64; nothing is set aside that is not in the file, and no other file is opened."""
        title = f"{self.title}: constant {_printable(self._text(tensor.name)) or 'without a name'}"
        if tensor.data_location == self.onnx.TensorProto.EXTERNAL or tensor.external_data:
            raise KmodelError(f"{title} is in another file; export all in one (torch: external_data=False)")
        names = {value: name for name, value in self.onnx.TensorProto.DataType.items()}
        kind = names.get(tensor.data_type, str(tensor.data_type))
        if kind not in (*WHOLE, *FLOATS, "BOOL"):
            raise KmodelError(f"{title} is {kind}; export the network in float32")
        try:
            array = self.onnx.numpy_helper.to_array(tensor)
        except (ValueError, TypeError, OverflowError) as error:
            dims = list(tensor.dims[:RANK_LIMIT])
            raise KmodelError(f"{title} has not the {dims} values it declares; export again") from error
        if kind not in FLOATS:
            return np.asarray(array, np.int64)
        with np.errstate(over="ignore"):  # a double too large becomes infinite, and is refused
            array = np.asarray(array, np.float32)
        if not np.isfinite(array).all():
            raise KmodelError(f"{title} has values that are not finite; train or export the network again")
        return array
