"""PoseNet as the camera's pose mode takes it: a kmodel of two maps as bytes. Nobody publishes one, so it is made here.

Drawn pictures calibrate it: all ranges are known without any (each hidden layer ends in a ReLU6, the scales of the maps
are the camera's), and what they set, the means of what rounding loses, they set as well as photographs do
(docs/MEASURED.md, "Bodies").
"""

from dataclasses import replace
from pathlib import Path

import numpy as np

from madeleine.device import constants, pose
from madeleine.errors import ToolError
from madeleine.kpu.compiler.compile import Options, compile_network
from madeleine.kpu.compiler.graph import Graph
from madeleine.kpu.importers.read_tflite import read_tflite
from madeleine.sim import scenes

SIZE = (constants.SIDE_PX, constants.SIDE_PX)
SHAPES = [(pose.POINTS, pose.SIDE, pose.SIDE), (2 * pose.POINTS, pose.SIDE, pose.SIDE)]
SEEDS = range(2)


def camera_model(path: Path) -> bytes:
    """The kmodel of the TFLite file at `path`, the same bytes every time; ToolError when that is not PoseNet."""
    graph = read_tflite(path, size=SIZE)
    names = graph.outputs[: len(SHAPES)]
    if [graph.shape_of(name) for name in names] != SHAPES:
        raise ToolError(f"{path} does not begin with PoseNet's two maps; give PoseNet for pictures of an odd size")
    pictures = np.stack([scenes.scene(name, seed) for name in scenes.OBJECTS for seed in SEEDS])
    compiled = compile_network(_ending_in(graph, names), pictures, Options(maps=(pose.HEAT_PARTS, pose.OFFSET_PARTS)))
    if compiled.upside_down:
        raise ToolError(f"{path} is for pictures of an even size; give PoseNet for an odd one, 353x481 say")
    return compiled.data


def _ending_in(graph: Graph, names: tuple[str, ...]) -> Graph:
    """The part of a network that makes these results."""
    wanted, kept = set(names), []
    for node in reversed(graph.nodes):
        if node.name in wanted:
            wanted.update(node.inputs)
            kept.append(node)
    return replace(graph, nodes=tuple(reversed(kept)), outputs=names)
