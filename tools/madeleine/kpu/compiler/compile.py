"""From a float network to a kmodel: lowers, places, quantises layer after layer, and writes the file.

network = read_keras("mobilenet.npz", head=False)
compiled = compile_network(network, pictures)      # about 40 pictures like those the camera will see
Path("out.kmodel").write_bytes(compiled.data)
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..emulator.network import BLAS
from ..errors import KmodelError
from ..format.feature_notes import Marks
from ..format.feature_outputs import RANGE, byte_step, ending
from ..format.kmodel import MEMORY_LIMIT_BYTES, Kmodel
from ..format.map_outputs import ZERO, map_ending, map_step
from ..format.write import write
from .build import Builder
from .calibrate import Statistics, statistics
from .graph import Activation, ConvNode, Graph, refusal
from .limits import check
from .lower import Lowered, lower
from .place import place
from .quantise import Scale

Progress: TypeAlias = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Options:
    """How a feature model gives its features: bytes 0..127 for the board, or float32; and others their maps.

    `full` is the feature that the greatest byte stands for; at it the last map is cut. `marks` go into the notes.
    `maps`: of each output that is a map, what a step of its bytes is worth (`map_outputs.py`); else floats.
    """

    features: Literal["bytes", "float"] = "bytes"
    full: float = RANGE
    marks: Marks | None = None
    maps: tuple[int, ...] = ()


@dataclass(frozen=True)
class Output:
    """An output that holds a node's result: float32, or bytes of `scale`. The notes are none."""

    node: str
    scale: Scale | None = None


@dataclass(frozen=True)
class Compiled:
    """A finished model. `nodes` names, for each layer, the node of the network it serves, or "outputs".

    `upside_down`: the picture has to come with its top row last; the network then sees it mirrored, and maps come out
    upside down.
    """

    model: Kmodel
    data: bytes
    nodes: tuple[str, ...]
    outputs: tuple[Output, ...]
    upside_down: bool


def compile_network(
    graph: Graph,
    pictures: NDArray[np.uint8],
    options: Options | None = None,
    progress: Progress = lambda done, total, what: None,
) -> Compiled:
    """A kmodel of the network, calibrated on pictures, uint8 (n, height, width, channels): the same bytes every time.

    A network that ends in a global average becomes a feature model (`feature_outputs.py`); of others, each output is
    float32, or with `maps` bytes, and notes follow (`map_outputs.py`).
    `progress` is told the steps done, their number and what is being done. KmodelError names the node that the chip
    cannot do, or what else is wrong.
    """
    options = options or Options()
    lowered = lower(graph)
    check(lowered)
    if not len(pictures):
        raise KmodelError(f"{graph.name}: no pictures to calibrate with; about 40 serve well")
    places = place(lowered, floats=not options.maps)
    steps = _Steps(len(pictures) + len(lowered.nodes), progress)
    shown, seen = orient(pictures, lowered.upside_down)
    with BLAS.limit(limits=1):  # more threads would sum in another order, and the file could differ
        found = statistics(graph, seen, lambda count: steps.advance(count, "float network"))
        builder = Builder(lowered, places, found, shown, _top(lowered, found, options), _scales(graph, options))
        for index, node in enumerate(lowered.nodes):
            builder.add(index)
            steps.advance(1, node.name)
    model, outputs = _finished(builder, options)
    data = write(model)
    needed = len(data) + model.main_memory_bytes
    if needed > MEMORY_LIMIT_BYTES:
        raise KmodelError(f"{graph.name}: file and work take {needed} bytes; the K210 has {MEMORY_LIMIT_BYTES}")
    behind = len(model.layers) - len(builder.layers)
    return Compiled(model, data, (*builder.titles, *["outputs"] * behind), outputs, lowered.upside_down)


def _top(lowered: Lowered, found: Statistics, options: Options) -> float:
    """The greatest feature that bytes can hold; greater values of the last map are cut. Twice as great: refused."""
    if lowered.features is None or options.features != "bytes":
        return math.inf
    byte_step(0, options.full)  # refuses what cannot be
    high = found.high[lowered.features.name]
    if high > 2 * options.full:
        raise refusal(
            lowered.graph,
            lowered.features,
            f"features up to {high:.2f} do not fit bytes that end at {options.full:g}; give {high / 2:.2f} or more",
        )
    return options.full


def _scales(graph: Graph, options: Options) -> dict[str, Scale]:
    """Those of the maps that are to leave as bytes."""
    if not options.maps:
        return {}
    if len(options.maps) != len(graph.outputs):
        raise KmodelError(
            f"{graph.name}: {len(graph.outputs)} outputs, and steps for {len(options.maps)}; give as many"
        )
    for node in map(graph.node, graph.outputs):
        if not isinstance(node, ConvNode) or node.activation != Activation():
            raise refusal(graph, node, "only a convolution without an activation can leave as bytes around 0")
    return {name: Scale(map_step(parts), ZERO) for name, parts in zip(graph.outputs, options.maps, strict=True)}


@dataclass
class _Steps:
    total: int
    progress: Progress
    done: int = 0

    def advance(self, count: int, what: str) -> None:
        self.done += count
        self.progress(self.done, self.total, what)


def orient(pictures: NDArray[np.uint8], upside_down: bool) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Pictures as the chip is given them, and as the float network sees the same ones."""
    return (pictures[:, ::-1], pictures[:, :, ::-1]) if upside_down else (pictures, pictures)


def _finished(builder: Builder, options: Options) -> tuple[Kmodel, tuple[Output, ...]]:
    """The layers with the outputs behind them, and what the outputs are."""
    lowered, places, layers = builder.lowered, builder.places, tuple(builder.layers)
    if lowered.features is None and options.maps:
        return _with_maps(builder, options.maps)
    if lowered.features is None:
        regions = tuple(places.floats.get(name) or places.main[name] for name in lowered.graph.outputs)
        return Kmodel(layers, regions, places.main_bytes), tuple(map(Output, lowered.graph.outputs))
    last_map = lowered.features.inputs[0]
    scale = builder.scales[last_map]
    as_bytes = options.features == "bytes"
    if as_bytes and scale.zero:
        raise refusal(
            lowered.graph,
            lowered.features,
            "its features can be below 0, the camera's bytes cannot; let the network end in a Relu "
            "(for other programs: --features float)",
        )
    end = ending(
        places.main[lowered.features.name],
        places.main[last_map],
        places.main_bytes,
        as_bytes=as_bytes,
        top=scale.high,
        full=options.full,
        marks=options.marks,
        upside_down=lowered.upside_down,
    )
    first = Scale(byte_step(scale.high, options.full)) if as_bytes else None
    outputs = Output(lowered.features.name, first), Output(last_map, scale)
    return Kmodel(layers + end.layers, end.outputs, end.main_memory_bytes), outputs


def _with_maps(builder: Builder, maps: tuple[int, ...]) -> tuple[Kmodel, tuple[Output, ...]]:
    lowered, places = builder.lowered, builder.places
    names = lowered.graph.outputs
    end = map_ending([places.main[name] for name in names], places.main_bytes, maps, lowered.upside_down)
    outputs = tuple(Output(name, builder.scales[name]) for name in names)
    return Kmodel((*builder.layers, *end.layers), end.outputs, end.main_memory_bytes), outputs
