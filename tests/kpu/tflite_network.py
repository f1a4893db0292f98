"""Builds small TFLite networks and runs them with LiteRT, for the tests of the reader."""

from pathlib import Path
from typing import Any

import flatbuffers
import numpy as np
import tflite
from numpy.typing import NDArray

KINDS = {"float32": 0, "float16": 1, "int32": 2, "uint8": 3, "int64": 4, "int8": 9}
CODES = {name: number for number, name in tflite.utils.BUILTIN_OPCODE2NAME.items()}
OPTIONS = {
    "ADD": "AddOptions",
    "AVERAGE_POOL_2D": "Pool2DOptions",
    "CONCATENATION": "ConcatenationOptions",
    "CONV_2D": "Conv2DOptions",
    "DEPTHWISE_CONV_2D": "DepthwiseConv2DOptions",
    "DEQUANTIZE": "DequantizeOptions",
    "FULLY_CONNECTED": "FullyConnectedOptions",
    "MAX_POOL_2D": "Pool2DOptions",
    "MEAN": "ReducerOptions",
    "PAD": "PadOptions",
    "QUANTIZE": "QuantizeOptions",
    "RESHAPE": "ReshapeOptions",
    "SOFTMAX": "SoftmaxOptions",
    "SQUEEZE": "SqueezeOptions",
}
POOL = {"Padding": 1, "StrideH": 2, "StrideW": 2, "FilterHeight": 2, "FilterWidth": 2}


class Network:
    """A network that is written one operator after another; tensors are numbers, that of the picture is 0.

    `kind` is that of the maps: float32, or bytes with weights quantised to them, int8 with a scale for each channel.
    """

    def __init__(self, *dims: int, kind: str = "float32", signature: tuple[int, ...] = ()) -> None:
        self.kind = kind
        self.random = np.random.default_rng(1)
        self.tensors: list[dict[str, Any]] = []
        self.operators: list[tuple[str, list[int], list[int], dict[str, Any]]] = []
        step, zero = {"float32": (None, 0), "uint8": (1 / 128, 128), "int8": (1 / 128, 0)}[kind]
        self.tensor(dims or (1, 16, 12, 3), kind, step, zero, name="image", signature=signature)

    def tensor(
        self, shape: tuple[int, ...], kind: str, scale: Any = None, zero: Any = 0, axis: int = 0, **fields: Any
    ) -> int:
        """A tensor; `data` among the fields are its numbers."""
        self.tensors.append({"shape": shape, "kind": kind, "scale": scale, "zero": zero, "axis": axis, **fields})
        return len(self.tensors) - 1

    def constant(self, values: Any, kind: str = "int32") -> int:
        """Numbers as they are."""
        data = np.asarray(values, kind)
        return self.tensor(data.shape, kind, data=data)

    def weights(self, *shape: int, axis: int = 0, kind: str | None = None) -> int:
        """Random weights near one over the root of their number, in the kind of the network."""
        kind = kind or self.kind
        values = self.random.normal(0, 1 / max(1, np.prod(shape) / shape[axis]) ** 0.5, shape)
        if kind in ("float32", "float16"):
            return self.constant(values, kind)
        if kind == "uint8":
            step, zero = (values.max() - values.min()) / 254, 120
            data = np.clip(np.rint(values / step) + zero, 0, 255)
            return self.tensor(shape, kind, step, zero, axis, data=data.astype(kind))
        others = tuple(place for place in range(len(shape)) if place != axis)
        steps = np.abs(values).max(others) / 127
        data = np.rint(values / np.expand_dims(steps, others))
        return self.tensor(shape, kind, steps, np.zeros_like(steps), axis, data=data.astype(kind))

    def bias(self, x: int, weights: int, count: int) -> int:
        """Random numbers around nought."""
        values = self.random.normal(0, 0.3, count)
        if self.kind == "float32":
            return self.constant(values, "float32")
        steps = np.asarray(self.tensors[weights]["scale"]) * self.tensors[x]["scale"]
        data = np.rint(values / steps).astype("int32")
        return self.tensor((count,), "int32", steps, np.zeros(steps.size), data=data)

    def result(self, shape: tuple[int, ...], low: float = -6.0, high: float = 6.0) -> int:
        """A tensor to be computed, of bytes from `low` to `high`."""
        if self.kind == "float32":
            return self.tensor(shape, self.kind)
        step = (high - low) / 255
        zero = round(-low / step) + (0 if self.kind == "uint8" else -128)
        return self.tensor(shape, self.kind, step, zero)

    def do(self, operator: str, inputs: list[int], output: int, **options: Any) -> int:
        """A node; gives its output."""
        self.operators.append((operator, inputs, [output], options))
        return output

    def conv(self, x: int, count: int, kernel: int = 1, stride: int = 1, padding: int = 0, **options: Any) -> int:
        """A CONV_2D with random weights; with `count` 0 a DEPTHWISE_CONV_2D. `low`, `high`: of its bytes."""
        channels = self.tensors[x]["shape"][3]
        span = {end: options.pop(end) for end in ("low", "high") if end in options}
        sides = (-(-side // stride) for side in self.tensors[x]["shape"][1:3])
        if padding:
            sides = ((side - kernel) // stride + 1 for side in self.tensors[x]["shape"][1:3])
        shape = (1, kernel, kernel, channels) if not count else (count, kernel, kernel, channels)
        weights = self.weights(*shape, axis=0 if count else 3)
        out = self.result((1, *sides, count or channels), **span)
        inputs = [x, weights, self.bias(x, weights, count or channels)]
        options = {"Padding": padding, "StrideH": stride, "StrideW": stride, **options}
        if not count:
            options["DepthMultiplier"] = 1
        return self.do("CONV_2D" if count else "DEPTHWISE_CONV_2D", inputs, out, **options)

    def data(self, *outputs: int) -> bytes:
        """The file of the network so far."""
        b = flatbuffers.Builder(4096)
        names = list(dict.fromkeys(operator for operator, *_ in self.operators))
        buffers = [_table(b, "Buffer")]
        tensors = []
        for index, tensor in enumerate(self.tensors):
            if "data" in tensor:
                buffers.append(_table(b, "Buffer", Data=b.CreateNumpyVector(tensor["data"].reshape(-1).view("uint8"))))
                tensor = {**tensor, "buffer": len(buffers) - 1}
            tensors.append(_tensor(b, tensor, index))
        operators = [_operator(b, names.index(name), name, *rest) for name, *rest in self.operators]
        graph = _table(
            b,
            "SubGraph",
            Tensors=_offsets(b, tensors),
            Inputs=_integers(b, [0]),
            Outputs=_integers(b, outputs),
            Operators=_offsets(b, operators),
        )
        codes = [_table(b, "OperatorCode", **_code(b, name)) for name in names]
        model = _table(
            b,
            "Model",
            Version=3,
            OperatorCodes=_offsets(b, codes),
            Subgraphs=_offsets(b, [graph]),
            Buffers=_offsets(b, buffers),
        )
        b.Finish(model, b"TFL3")
        return bytes(b.Output())

    def save(self, folder: Path, *outputs: int) -> Path:
        """The same in a file."""
        path = folder / "network.tflite"
        path.write_bytes(self.data(*outputs))
        return path


def _table(b: flatbuffers.Builder, table: str, **fields: Any) -> int:
    getattr(tflite, f"{table}Start")(b)
    for name, value in fields.items():
        getattr(tflite, f"{table}Add{name}")(b, value)
    end: int = getattr(tflite, f"{table}End")(b)
    return end


def _code(b: flatbuffers.Builder, name: str) -> dict[str, int]:
    number = CODES.get(name, 32)
    custom = {"CustomCode": b.CreateString(name)} if number == 32 else {}
    return {"DeprecatedBuiltinCode": number, "BuiltinCode": number, "Version": 1, **custom}


def _operator(
    b: flatbuffers.Builder, code: int, name: str, inputs: list[int], outputs: list[int], options: dict[str, Any]
) -> int:
    fields = {"OpcodeIndex": code, "Inputs": _integers(b, inputs), "Outputs": _integers(b, outputs)}
    if name in OPTIONS:
        fields |= {
            "BuiltinOptionsType": getattr(tflite.BuiltinOptions, OPTIONS[name]),
            "BuiltinOptions": _table(b, OPTIONS[name], **options),
        }
    return _table(b, "Operator", **fields)


def _tensor(b: flatbuffers.Builder, tensor: dict[str, Any], index: int) -> int:
    fields = {
        "Shape": _integers(b, tensor["shape"]),
        "Type": KINDS[tensor["kind"]],
        "Buffer": tensor.get("buffer", 0),
        "Name": b.CreateString(tensor.get("name", f"t{index};folded")),
    }
    if tensor["scale"] is not None:
        scales = b.CreateNumpyVector(np.atleast_1d(tensor["scale"]).astype("float32"))
        zeros = b.CreateNumpyVector(np.atleast_1d(tensor["zero"]).astype("int64"))
        fields["Quantization"] = _table(
            b, "QuantizationParameters", Scale=scales, ZeroPoint=zeros, QuantizedDimension=tensor["axis"]
        )
    if tensor.get("signature"):
        fields["ShapeSignature"] = _integers(b, tensor["signature"])
    return _table(b, "Tensor", **fields)


def _integers(b: flatbuffers.Builder, numbers: Any) -> int:
    vector: int = b.CreateNumpyVector(np.asarray(numbers, "int32").reshape(-1))
    return vector


def _offsets(b: flatbuffers.Builder, offsets: list[int]) -> int:
    b.StartVector(4, len(offsets), 4)
    for offset in reversed(offsets):
        b.PrependUOffsetTRelative(offset)
    end: int = b.EndVector()
    return end


def run_tflite(path: Path, seen: NDArray[np.uint8]) -> list[NDArray[np.float32]]:
    """What LiteRT makes of pictures, uint8 (n, height, width, channels): the floats that its outputs mean."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_path=str(path), num_threads=1)
    interpreter.allocate_tensors()
    entry = interpreter.get_input_details()[0]
    taken = {
        "float32": (seen.astype(np.float32) - 127.5) / np.float32(127.5),
        "uint8": seen,
        "int8": (seen.astype(np.int16) - 128).astype(np.int8),
    }[np.dtype(entry["dtype"]).name]
    runs = []
    for one in taken:
        interpreter.set_tensor(entry["index"], one[None])
        interpreter.invoke()
        found = [
            (interpreter.get_tensor(out["index"])[0], out["quantization"]) for out in interpreter.get_output_details()
        ]
        runs.append([(array - np.float32(zero)) * np.float32(step or 1) for array, (step, zero) in found])
    return [np.stack(results).astype(np.float32) for results in zip(*runs, strict=True)]
