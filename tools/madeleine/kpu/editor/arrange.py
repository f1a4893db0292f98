"""Lays main memory out anew: a result keeps its place until the last layer that reads it, an output for ever."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..emulator.network import Network
from ..errors import KmodelError
from ..format.feature_outputs import aligned
from ..format.kmodel import Kmodel
from ..format.layertypes import Add, Concat, FullyConnected, Layer, Region

INPUT = -1  # in place of a layer's index: the floats a fully connected first layer gets


@dataclass(frozen=True)
class Part:
    """Some bytes of a layer's result."""

    layer: int
    offset: int
    size: int


@dataclass(frozen=True)
class Flow:
    """What each layer reads of which layers' results, how many bytes of main memory each writes, and the outputs."""

    reads: tuple[tuple[Part, ...], ...]
    sizes: dict[int, int]
    outputs: tuple[Part | None, ...]

    def output(self, index: int) -> Part:
        """What an output is part of; KmodelError when it is no single layer's result."""
        part = self.outputs[index]
        if part is None:
            raise KmodelError(f"output {index} is not what one layer wrote; it cannot be kept")
        return part


def flow(model: Kmodel) -> Flow:
    """Who reads whose result; KmodelError when a layer reads what no single layer wrote."""
    network = Network(model)
    written: dict[int, Region] = {}
    first = model.layers[0]
    if isinstance(first, FullyConnected):
        written[INPUT] = Region(first.in_address, 4 * first.in_channels)
    reads = []
    for index, step in enumerate(network.steps):
        parts = [_part(region, written) for region in step.reads]
        if None in parts:
            raise step.layer.error("it reads bytes that no single layer wrote; build the model again")
        reads.append(tuple(part for part in parts if part))
        if step.main:
            written[index] = step.main
    outputs = tuple(_part(region, written) for region in model.outputs)
    sizes = {index: region.size for index, region in written.items()}
    return Flow(tuple(reads), sizes, outputs)


def arranged(model: Kmodel, layer_count: int, outputs: Sequence[Part]) -> Kmodel:
    """The first layers of a model, with these outputs; whatever else is in main memory makes room when it has served.

    KmodelError as from `flow`.
    """
    uses = flow(model)
    sizes = {index: size for index, size in uses.sizes.items() if index < layer_count}
    last_use = {index: index for index in sizes}
    for reader, parts in enumerate(uses.reads[:layer_count]):
        last_use |= {part.layer: reader for part in parts}
    last_use |= {part.layer: layer_count for part in outputs}
    places = _places(sizes, last_use)
    layers = [
        _moved(layer, [places[part.layer].start + part.offset for part in uses.reads[index]], places.get(index))
        for index, layer in enumerate(model.layers[:layer_count])
    ]
    table = tuple(Region(places[part.layer].start + part.offset, part.size) for part in outputs)
    end = max(region.end for region in places.values())
    return replace(model, layers=tuple(layers), outputs=table, main_memory_bytes=aligned(end))


def _part(region: Region, written: dict[int, Region]) -> Part | None:
    """Whose result lies in a region: the last one written there, if it covers all of it (and the rest of its block)."""
    for index, result in reversed(written.items()):
        if result.start < region.end and region.start < result.end:
            inside = result.start <= region.start and region.end <= result.start + aligned(result.size)
            return Part(index, region.start - result.start, region.size) if inside else None
    return None


def _places(sizes: dict[int, int], last_use: dict[int, int]) -> dict[int, Region]:
    """First fit: for each result the lowest place that nothing needs which is still in use when it is written."""
    places: dict[int, Region] = {}
    for index in sorted(sizes):
        start, size = 0, aligned(sizes[index])
        alive = (region for other, region in places.items() if last_use[other] >= index)
        for region in sorted(alive, key=lambda region: region.start):
            if start + size <= region.start:
                break
            start = max(start, region.end)
        places[index] = Region(start, size)
    return places


def _moved(layer: Layer, reads: list[int], place: Region | None) -> Layer:
    """A layer with other addresses: of what it reads, in the order of its fields, and of its result."""
    values: dict[str, object] = {"out_address": place.start} if place else {}
    if isinstance(layer, Add):
        values |= dict(zip(("a_address", "b_address"), reads, strict=True))
    elif isinstance(layer, Concat):
        sizes = [region.size for region in layer.inputs]
        values["inputs"] = tuple(Region(start, size) for start, size in zip(reads, sizes, strict=True))
    elif reads:
        (values["in_address"],) = reads
    return replace(layer, **values)  # type: ignore[arg-type]
