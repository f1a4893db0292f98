"""Networks made for the board that give maps: the bytes of the chip, with the scales that were asked for, and notes."""

from dataclasses import replace

import numpy as np
import pytest
from madeleine.kpu import KmodelError, Network
from madeleine.kpu.compiler import reference
from madeleine.kpu.compiler.compile import Options, compile_network
from madeleine.kpu.format.map_outputs import STEP_PARTS, ZERO, map_notes

from tests.kpu import graphs
from tests.kpu.graphs import NONE, Sketch

COUNT = 6


def two_maps():
    network = Sketch(np.random.default_rng(4))
    last = network.conv(6, 3)
    first = network.conv(4, 1, activation=NONE)
    return network.done(first, network.conv(5, 1, activation=NONE, source=last))


@pytest.mark.parametrize("steps", [(1, 2), (3, 255)])
def test_maps_and_notes(steps):
    graph = two_maps()
    pictures = graphs.pictures(np.random.default_rng(4), 2 * COUNT, graph)
    compiled = compile_network(graph, pictures[:COUNT], Options(maps=steps))
    network = Network.parse(compiled.data)
    for picture in pictures[COUNT:]:
        *maps, notes = network.outputs_bytes(picture)
        assert notes == map_notes(steps, upside_down=False) == bytes((2, 0, *steps))
        floats = reference.run(graph, picture[None], graph.outputs)
        for name, found, parts in zip(graph.outputs, maps, steps, strict=True):
            meant = (np.frombuffer(found, np.uint8).astype(float) - ZERO) * parts / STEP_PARTS
            wanted = np.clip(floats[name].ravel(), -ZERO * parts / STEP_PARTS, (255 - ZERO) * parts / STEP_PARTS)
            assert np.abs(meant - wanted).mean() < 2 * parts / STEP_PARTS + 0.05 * np.abs(wanted).mean()
    assert compiled.model.main_memory_bytes < 2 * sum(map(len, maps)) + 64, "no floats of them"


def test_steps_that_the_notes_cannot_hold():
    graph = two_maps()
    pictures = graphs.pictures(np.random.default_rng(4), COUNT, graph)
    for parts in (0, 256):
        with pytest.raises(KmodelError, match=f"a step of {parts} parts does not fit the notes"):
            compile_network(graph, pictures, Options(maps=(parts, 1)))
    relu6 = replace(graph, outputs=(graph.nodes[0].name,))
    with pytest.raises(KmodelError, match="only a convolution without an activation"):
        compile_network(relu6, pictures, Options(maps=(1,)))
    with pytest.raises(KmodelError, match="2 outputs, and steps for 1"):
        compile_network(graph, pictures, Options(maps=(1,)))
