"""The compiler: small networks match their float reference; what the chip cannot do is refused by name."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from madeleine.kpu import KmodelError, Network
from madeleine.kpu.compiler import reference
from madeleine.kpu.compiler.compile import Options, compile_network, orient
from madeleine.kpu.compiler.fidelity import fidelity
from madeleine.kpu.compiler.graph import Activation, Curve, Padding, Pool
from madeleine.kpu.format import layertypes as k
from madeleine.kpu.format.feature_notes import Marks
from madeleine.kpu.format.feature_outputs import byte_step
from madeleine.kpu.format.kmodel import parse

from tests.kpu import graphs
from tests.kpu.graphs import AFTER, EVEN, LEAKY, NONE, RELU, RELU6, Sketch

FLOATS = Options(features="float")
COUNT = 6


def sketch(seed=1, **values):
    return Sketch(np.random.default_rng(seed), **values)


def both(graph, options=FLOATS, seed=5):
    """What the compiled network gives for some pictures, what the float network gives, and the compiled network."""
    pictures = graphs.pictures(np.random.default_rng(seed), COUNT, graph)
    compiled = compile_network(graph, pictures, options)
    shown, seen = orient(pictures, compiled.upside_down)
    network = Network.parse(compiled.data)
    outputs = [network.run(np.ascontiguousarray(picture)) for picture in shown]
    wanted = reference.run(graph, seen, keep=[compiled.outputs[0].node])[compiled.outputs[0].node]
    if compiled.upside_down and wanted.ndim == 4:
        wanted = wanted[..., ::-1, ::-1]
    first = [output[0] if isinstance(output, tuple) else output for output in outputs]
    return np.stack(first).reshape(wanted.shape), wanted, compiled


def error(graph):
    """Root mean square of the difference, by the deviation of the float results (and a hundredth of one unit)."""
    ours, wanted, _ = both(graph)
    return np.sqrt(((ours - wanted) ** 2).mean()) / (wanted.std() + 0.01)


@settings(max_examples=40)
@given(st.integers(0, 2**32))
def test_random_networks_match_their_float_reference(seed):
    assert error(graphs.random_graph(np.random.default_rng(seed))) < 0.15


def test_random_networks_match_closely_as_a_rule():
    errors = [error(graphs.random_graph(np.random.default_rng(seed))) for seed in range(40)]
    assert np.median(errors) < 0.012


@pytest.mark.parametrize("activation", [NONE, RELU, RELU6, LEAKY, Activation(Curve.LEAKY, 0.01)])
@pytest.mark.parametrize("shape", [(4, 1), (9, 3), (None, 3), (None, 1)])
def test_one_convolution_is_within_a_step_and_what_weights_lose(activation, shape):
    out, kernel = shape
    network = sketch()
    network.conv(8, 1, activation=NONE)
    network.conv(out, kernel, activation=activation, depthwise=out is None)
    ours, wanted, _ = both(network.done())
    assert np.abs(ours - wanted).max() < 0.02 * (wanted.max() - wanted.min())


@pytest.mark.parametrize(("low", "high"), [(0, 1), (-0.5, 1), (0.25, 1), (-1, -0.25), (-math.inf, 2)])
@pytest.mark.parametrize("out", [9, None])
def test_a_clip_is_what_the_layer_gives_between_its_bounds(low, high, out):
    network, clipped = sketch(), sketch()
    for each, activation in ((network, NONE), (clipped, Activation(Curve.CLIP, low=low, high=high))):
        each.conv(8, 1, activation=NONE)
        each.conv(out, 3, activation=activation, depthwise=out is None)
    _, all_of_it, _ = both(network.done())
    ours, wanted, _ = both(clipped.done())
    assert wanted.min() >= low and wanted.max() == high
    assert np.abs(ours - wanted).max() < 0.02 * (all_of_it.max() - all_of_it.min())


def test_a_leaky_slope_is_kept_below_zero():
    network = sketch()
    network.conv(6, 3, activation=Activation(Curve.LEAKY, 0.25))
    ours, wanted, _ = both(network.done())
    below = wanted < -0.1
    assert below.sum() > 1000
    assert abs((ours[below] / wanted[below]).mean() - 1) < 0.01


@pytest.mark.parametrize("padding", [EVEN, AFTER])
@pytest.mark.parametrize("kind", ["full", "depthwise, 1x1", "depthwise, nothing", "depthwise, 3x3"])
def test_stride_two_with_either_padding(padding, kind):
    network = sketch(picture=(3, 32, 16))
    network.conv(8, 3)
    network.conv(8, 3, 2, padding=padding, depthwise=kind != "full")
    if "," in kind and "nothing" not in kind:
        network.conv(8, int(kind[-1]))
    ours, wanted, compiled = both(network.done())
    assert compiled.upside_down == (padding == AFTER)
    assert ours.shape[2:] == (16, 8)
    assert np.sqrt(((ours - wanted) ** 2).mean()) < 0.02 * wanted.max()


def test_a_depthwise_stride_waits_for_the_layer_behind():
    network = sketch()
    network.conv(8, 3)
    network.conv(None, 3, 2, depthwise=True)
    network.conv(12, 1)
    layers = both(network.done())[2].model.layers
    pools = [layer.registers.pool_type for layer in layers if isinstance(layer, k.ConvLayer)]
    assert pools == [0, 0, 5]


@pytest.mark.parametrize("maximum", [True, False])
@pytest.mark.parametrize("before", ["conv", "depthwise", "strided", "picture", "shared"])
def test_pools_with_and_without_a_layer_to_join(maximum, before):
    network = sketch(picture=(4, 32, 32))
    if before != "picture":
        network.conv(6, 3, 2 if before == "strided" else 1)
    if before == "depthwise":
        network.conv(None, 3, depthwise=True)
    full = network.last
    network.pool(maximum)
    graph = network.done(full, network.last) if before == "shared" else network.done()
    ours, wanted, compiled = both(graph)
    assert len([layer for layer in compiled.model.layers if isinstance(layer, k.ConvLayer)]) == {
        "conv": 1, "picture": 1, "depthwise": 3, "strided": 2, "shared": 2
    }[before]  # fmt: skip
    assert np.abs(ours - wanted).max() < 0.04 * wanted.max()


def test_an_identity_with_a_pool_is_exact():
    """Bytes of the picture come back as they were, the greatest of each four."""
    network = sketch(mean=0, deviation=1)
    network.pool()
    ours, wanted, _ = both(network.done())
    scale = np.round(ours) - wanted
    assert not scale.any()


@pytest.mark.parametrize("activation", [NONE, RELU, RELU6])
def test_residual_sums(activation):
    network = sketch()
    first = network.conv(8, 3)
    network.conv(24, 1)
    network.conv(None, 3, depthwise=True)
    network.conv(8, 1, activation=NONE)
    second = network.add(first, activation=activation)
    network.conv(8, 3, activation=LEAKY)
    network.add(second)
    network.average()
    ours, wanted, compiled = both(network.done())
    kinds = [type(layer) for layer in compiled.model.layers]
    assert kinds.count(k.QuantizedAdd) == 2
    assert kinds.count(k.Upload) == 2
    assert np.abs(ours - wanted).max() < 0.02 * np.abs(wanted).max()


def test_a_head_gives_its_probabilities():
    network = sketch()
    network.conv(16, 3, 2)
    network.average()
    network.dense(10, RELU)
    network.dense(5)
    network.softmax()
    ours, wanted, compiled = both(network.done())
    assert len(compiled.model.outputs) == 1
    assert np.abs(ours - wanted).max() < 0.01
    assert np.allclose(ours.sum(1), 1)


def features(channels=70, **values):
    network = sketch(**values)
    network.conv(channels, 3, 2, padding=AFTER)
    network.average()
    return network.done()


def test_a_feature_model_gives_bytes_the_map_and_notes():
    graph = features()
    ours, wanted, compiled = both(graph, Options())
    assert ours.dtype == np.uint8
    assert [region.size for region in compiled.model.outputs] == [70, 70 * 64, 4]
    assert np.abs(ours - wanted * 127 / 6).max() < 1
    pictures = graphs.pictures(np.random.default_rng(5), COUNT, graph)
    _, last_map, notes = Network.parse(compiled.data).run(np.ascontiguousarray(pictures[0, ::-1]))
    means = last_map.reshape(70, -1).astype(np.float64).mean(1) * 6 / 255
    assert np.abs(ours[0] - means * 127 / 6).max() <= 0.5 + 1e-6
    assert list(notes) == [1, 1, 0, 0]
    assert list(both(replace(graph, nodes=sketch_even().nodes))[2].data[:4]) == [3, 0, 0, 0]


def sketch_even():
    network = sketch()
    network.conv(70, 3, 2, padding=EVEN)
    network.average()
    return network.done()


def test_notes_say_when_the_picture_is_wanted_upright():
    compiled = both(sketch_even(), Options())[2]
    black = np.zeros((16, 16, 3), np.uint8)
    assert not compiled.upside_down
    assert list(Network.parse(compiled.data).run(black)[2]) == [1, 0, 0, 0]
    marked = both(sketch_even(), Options(marks=Marks(0.72, 94)))[2]
    assert list(Network.parse(marked.data).run(black)[2]) == [1, 0, 184, 94]


def test_the_end_of_the_bytes_changes_what_a_step_is_worth():
    graph = features()
    usual, wide = (both(graph, Options(full=full))[0].astype(float) for full in (6, 12))
    assert byte_step(6, 12) == 2 * byte_step(6, 6)
    assert np.abs(usual - 2 * wide).max() <= 1.5


def test_bytes_need_features_that_fit():
    network = sketch()
    network.conv(8, 3, activation=LEAKY)
    network.average()
    with pytest.raises(KmodelError, match=r"globalaverage1 .*below 0"):
        both(network.done(), Options())
    with pytest.raises(KmodelError, match=r"do not fit bytes that end at 0\.95; give "):
        both(features(), Options(full=0.95))


def test_where_the_bytes_end_the_last_map_is_cut():
    """What of the map lies above counts as that much."""
    graph, top = features(), 2.68
    ours, wanted, compiled = both(graph, Options(full=top))
    pictures = graphs.pictures(np.random.default_rng(5), COUNT, graph)
    last = reference.run(graph, orient(pictures, compiled.upside_down)[1])[graph.nodes[0].name]
    cut = np.minimum(last, top).mean((2, 3))
    assert np.abs(cut - wanted).max() > 0.05
    assert np.abs(ours - cut * 127 / top).max() < 1.5


def test_the_same_input_gives_the_same_bytes():
    graph = graphs.random_graph(np.random.default_rng(3))
    first, second = (both(graph)[2] for _ in range(2))
    assert first.data == second.data
    assert parse(first.data) == first.model


def test_layers_are_named_and_progress_ends():
    graph, told = features(), []
    pictures = graphs.pictures(np.random.default_rng(5), COUNT, graph)
    compiled = compile_network(graph, pictures, progress=lambda *step: told.append(step))
    assert len(compiled.nodes) == len(compiled.model.layers)
    assert compiled.nodes[0] == "conv0"
    assert compiled.nodes[-1] == "outputs"
    assert told[-1][0] == told[-1][1]
    assert [done for done, _, _ in told] == sorted(done for done, _, _ in told)


def test_fidelity_is_high_for_its_own_network_and_low_for_another():
    graph, other = features(), features(seed=2)
    random = np.random.default_rng(9)
    compiled = compile_network(graph, graphs.pictures(random, COUNT, graph))
    held_out = graphs.pictures(random, 4, graph)
    good, bad = (fidelity(g, compiled, held_out) for g in (graph, other))
    assert [found.node for found in good.similarities] == ["globalaverage1", "conv0"]
    assert min(found.worst for found in good.similarities) > 0.998
    assert max(found.mean for found in bad.similarities) < 0.95
    assert good.agreement is None


def test_fidelity_counts_agreement_with_a_head():
    network = sketch()
    network.conv(16, 3, 2, padding=AFTER)
    network.average()
    network.dense(5)
    graph = network.done()
    pictures = graphs.pictures(np.random.default_rng(9), 20, graph)
    assert fidelity(graph, compile_network(graph, pictures), pictures).agreement > 0.8


# -- what cannot be done


def refused(graph):
    with pytest.raises(KmodelError) as caught:
        both(graph)
    return str(caught.value)


def test_mixed_paddings_are_refused_by_name():
    network = sketch()
    network.conv(4, 3, 2, padding=EVEN)
    network.conv(4, 3, 2, padding=AFTER)
    message = refused(network.done())
    assert "conv1 (Conv)" in message
    assert "conv0" in message


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kernel": 5}, "5x5 at stride 1"),
        ({"stride": 3}, "3x3 at stride 3"),
        ({"padding": Padding()}, "padded by 0, 0, 0, 0"),
        ({"out": 1025}, "1025x16x16"),
    ],
)
def test_convolutions_the_chip_lacks_are_refused(changes, words):
    network = sketch()
    network.conv(**{"out": 4, "padding": EVEN} | changes)
    message = refused(network.done())
    assert "sketch: conv0 (" in message
    assert words in message


def test_maps_beyond_the_chips_sizes_are_refused():
    assert "1x4x600" in refused(sized(4, 600))
    assert "1x2x2" in refused(sized(2, 2))


def sized(height, width):
    network = sketch(picture=(1, height, width))
    network.conv(4, 1)
    return network.done()


def test_odd_sizes_at_stride_two_are_refused():
    network = sketch(picture=(3, 15, 16))
    network.conv(4, 3, 2)
    assert "16x15; the chip needs even sizes" in refused(network.done())


def test_too_many_loads_of_weights_are_refused():
    network = sketch(picture=(3, 4, 4))
    network.conv(1024, 1)
    network.conv(1024, 3)
    assert "342 loads, the chip does 64" in refused(network.done())


def test_maps_too_large_for_ai_ram_are_refused():
    network = sketch(picture=(3, 128, 256))
    network.conv(64, 1)
    message = refused(network.done())
    assert "conv0 (Conv)" in message
    assert "find no room in AI RAM" in message


def test_sums_and_vectors_that_do_not_fit_are_refused():
    network = sketch()
    first = network.conv(4)
    network.conv(5)
    network.add(first)
    assert "different shapes" in refused(network.done())
    network = sketch()
    network.conv(4)
    network.dense_of_map = network._add(graphs.Dense, (network.last,), (2,), weights=np.ones((2, 4)), bias=np.ones(2))
    assert "needs a global average" in refused(network.done())
    network = sketch()
    network.conv(4)
    network.add(network.last, graphs.PICTURE)
    assert "picture itself" in refused(network.done())


def test_unknown_nodes_and_numbers_are_refused():
    class Upsample(Pool.__mro__[1]):
        pass

    network = sketch()
    network._add(Upsample, (network.last,), (3, 32, 32))
    assert "(Upsample): not supported; supported: Conv" in refused(network.done())
    network = sketch()
    network.conv(4)
    broken = replace(network.graph.nodes[0], bias=np.full(4, np.nan, np.float32))
    assert "not finite numbers" in refused(replace(network.done(), nodes=(broken,)))
    assert "deviation 0" in refused(sketched_with(deviation=0))


def sketched_with(**values):
    network = sketch(**values)
    network.conv(4)
    return network.done()
