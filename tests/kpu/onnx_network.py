"""Builds small ONNX networks and runs them with onnxruntime, for the tests of the reader."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

MEAN = DEVIATION = 127.5


class Network:
    """A network that is written one operator after another; each gives the name of its result."""

    def __init__(self, *dims: int | str | None, opset: int = 17) -> None:
        self.dims = dims or (1, 3, 16, 12)
        self.opset = opset
        self.random = np.random.default_rng(1)
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def do(self, operator: str, *inputs: str, outputs: int = 1, **attributes: Any) -> str:
        """A node; its result is named like it."""
        name = f"{operator}{len(self.nodes)}"
        names = [name, *(f"{name}_{index}" for index in range(1, outputs))]
        self.nodes.append(helper.make_node(operator, inputs, names, name, **attributes))
        return name

    def constant(self, values: Any, kind: Any = np.float32) -> str:
        """An initialiser."""
        name = f"constant{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(values, kind), name))
        return name

    def random_constant(self, *shape: int) -> str:
        """An initialiser of normal numbers, small enough that maps stay near one."""
        return self.constant(self.random.normal(0, 1 / max(1, np.prod(shape[1:])) ** 0.5, shape))

    def conv(self, x: str, channels: int, count: int, kernel: int = 1, bias: bool = True, **attributes: Any) -> str:
        """A Conv with random weights; with `group` a depthwise one."""
        weights = self.random_constant(count, channels // attributes.get("group", 1), kernel, kernel)
        return self.do("Conv", x, weights, *([self.random_constant(count)] if bias else []), **attributes)

    def norm(self, x: str, channels: int) -> str:
        """A BatchNormalization with random numbers."""
        scale, offset, mean = (self.random_constant(channels) for _ in range(3))
        return self.do(
            "BatchNormalization", x, scale, offset, mean, self.constant(self.random.uniform(0.5, 2, channels))
        )

    def model(self, *outputs: str) -> onnx.ModelProto:
        """The network so far."""
        entry = helper.make_tensor_value_info("image", TensorProto.FLOAT, self.dims)
        ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs]
        graph = helper.make_graph(self.nodes, "network", [entry], ends, self.constants)
        opsets = [helper.make_opsetid("", self.opset)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=8)


def pictures(count: int, height: int, width: int, channels: int = 3) -> NDArray[np.uint8]:
    """Noise, uint8 (count, height, width, channels)."""
    return np.random.default_rng(5).integers(0, 256, (count, height, width, channels), np.uint8)


def run_onnx(path: Path, seen: NDArray[np.uint8], channels_last: bool = False) -> list[NDArray[np.float32]]:
    """The outputs that onnxruntime computes, one batch each."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    x = ((seen - np.float32(MEAN)) / np.float32(DEVIATION)).astype(np.float32)
    x = x if channels_last else x.transpose(0, 3, 1, 2)
    name = session.get_inputs()[0].name
    runs = [session.run(None, {name: np.ascontiguousarray(one[None])}) for one in x]
    return [np.concatenate(results) for results in zip(*runs, strict=True)]
