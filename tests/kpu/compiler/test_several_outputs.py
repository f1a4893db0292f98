"""Networks with several outputs: maps, features and heads, one perhaps made of another."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from madeleine.kpu.compiler.compile import Options, compile_network
from madeleine.kpu.compiler.fidelity import fidelity

from tests.kpu import graphs
from tests.kpu.graphs import Sketch

FLOATS = Options(features="float")
COUNT = 6


@settings(max_examples=40)
@given(seed=st.integers(0, 2**32), count=st.integers(2, 4))
def test_every_output_of_a_random_network_is_right(seed, count):
    """Maps, features, heads, in any order; one may be made of another."""
    random = np.random.default_rng(seed)
    graph = graphs.random_graph(random)
    names = [node.name for node in graph.nodes]
    outputs = tuple(random.choice(names, min(count, len(names)), replace=False).tolist())
    graph = replace(graph, outputs=outputs)
    pictures = graphs.pictures(random, 2 * COUNT, graph)
    compiled = compile_network(graph, pictures[:COUNT], FLOATS)
    found = fidelity(graph, compiled, pictures[COUNT:]).similarities
    assert {one.node for one in found} >= set(outputs)
    assert min(one.mean for one in found) > 0.9


def test_features_and_their_map_are_a_feature_model():
    network = Sketch(np.random.default_rng(1))
    last_map = network.conv(6, 3)
    features = network.average()
    graph = network.done(features, last_map)
    pictures = graphs.pictures(np.random.default_rng(1), COUNT, graph)
    assert compile_network(graph, pictures).data == compile_network(network.done(features), pictures).data
