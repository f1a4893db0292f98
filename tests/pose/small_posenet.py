"""A network with PoseNet's outputs that finds whatever is bright: all points of the body are there."""

from functools import cache
from pathlib import Path

import numpy as np

from tests.kpu.tflite_network import Network

HEIGHT_PX, WIDTH_PX = 65, 97
HEADS = (17, 34, 32, 32)


def small_posenet(folder: Path) -> Path:
    """Four layers that blur and halve, then heat where all is bright, and no offsets."""
    path = folder / "small.tflite"
    path.write_bytes(_data())
    return path


@cache
def _data() -> bytes:
    network = Network(1, HEIGHT_PX, WIDTH_PX, 3)
    x = 0
    for _ in range(4):
        x = network.conv(x, 3, 3, 2)
        _set(network, x, np.full((3, 3, 3, 3), 1 / 27), 0)
    ends = [network.conv(x, count) for count in HEADS]
    for end, count in zip(ends, HEADS, strict=True):
        _set(network, end, np.full((count, 1, 1, 3), 10 / 3 if count == 17 else 0), 0)
    shape = network.tensors[ends[2]]["shape"]
    mid = network.do("CONCATENATION", ends[2:], network.result((*shape[:3], 64)), Axis=3)
    return network.data(ends[0], ends[1], mid)


def _set(network: Network, result: int, weights: np.ndarray, bias: float) -> None:
    """Other numbers for the layer that makes a result."""
    _, (_, at, offset), *_ = next(each for each in network.operators if each[2] == [result])
    network.tensors[at]["data"] = weights.astype("float32")
    network.tensors[offset]["data"] = np.full(len(weights), bias, "float32")
