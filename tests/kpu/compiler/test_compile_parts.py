"""The compiler's parts: rooms for maps, numbers for the chip, means of windows; and numbers at the chip's edges."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from madeleine.kpu import KmodelError, Network
from madeleine.kpu.compiler import reference
from madeleine.kpu.compiler.calibrate import weighted, window_means
from madeleine.kpu.compiler.compile import compile_network
from madeleine.kpu.compiler.compose import pack_activation, pack_batch_norm
from madeleine.kpu.compiler.graph import Activation, Curve, Padding
from madeleine.kpu.compiler.place import FullError, Room
from madeleine.kpu.compiler.quantise import (
    Scale,
    activation_table,
    batch_norm,
    quantise_weights,
    scale_for,
    sum_numbers,
)
from madeleine.kpu.emulator import layers
from madeleine.kpu.emulator.activation import ActivationTable
from madeleine.kpu.format import layertypes as k

from tests.kpu import graphs
from tests.kpu.graphs import AFTER, EVEN, NONE, RELU6, Sketch

BYTES = np.arange(256, dtype=np.uint8)
scales = st.builds(Scale, st.floats(1e-3, 10), st.integers(0, 255))


@given(st.lists(st.tuples(st.integers(1, 40), st.integers(0, 9), st.integers(1, 5), st.booleans()), max_size=30))
def test_nothing_in_a_room_lies_over_anything_that_is_there_at_the_same_time(wishes):
    room = Room(100)
    for size, first, length, from_end in wishes:
        try:
            start = room.take(size, range(first, first + length), from_end)
        except FullError:
            continue
        assert 0 <= start <= 100 - size
    for index, (places, times) in enumerate(room.taken):
        for other_places, other_times in room.taken[:index]:
            apart = places.stop <= other_places.start or other_places.stop <= places.start
            assert apart or not set(times) & set(other_times)


def test_a_room_is_full_only_when_no_gap_is_left():
    room = Room(10)
    assert room.take(4, range(0, 2)) == 0
    assert room.take(4, range(1, 3), from_end=True) == 6
    assert room.take(2, range(0, 3)) == 4
    with pytest.raises(FullError):
        room.take(1, range(1, 2))
    assert room.take(6, range(3, 4)) == 0


@given(scales, scales, scales)
def test_sums_are_within_a_step_of_the_true_ones_whatever_the_signs(a, b, out):
    """The driver's own rounding takes half of the negative sums two steps down."""
    left, right = (grid.ravel() for grid in np.meshgrid(BYTES, BYTES))
    layer = k.QuantizedAdd(a_address=0, b_address=0, out_address=0, count=left.size, **sum_numbers(a, b, out))
    got = layers.quantized_add(left, right, layer).astype(float)
    real = (a.step * (left - float(a.zero)) + b.step * (right - float(b.zero))) / out.step + out.zero
    assert np.abs(got - np.clip(real, 0, 255)).max() < 0.51 + 1e-3 * max(a.step, b.step) / out.step


@given(st.floats(0.001, 1), st.integers(1, 255), st.floats(0.001, 0.5))
def test_a_leaky_table_has_both_slopes(slope, zero, step):
    scale = Scale(step, zero)
    table = activation_table(Activation(Curve.LEAKY, slope), scale)
    one = np.ones(1, np.int64)
    norm = pack_batch_norm(*batch_norm(np.full(1, step / 64), np.zeros(1), scale))
    curve = ActivationTable(norm, pack_activation(table), 0 * one, one << 30)
    sums = np.arange(-40000, 20000, 7.0)[None]
    real = np.where(sums < 0, slope, 1) * sums / 64 + zero
    assert np.abs(curve(sums, slice(0, 1)) - np.clip(real, 0, 255)).max() < 0.52


@given(st.integers(0, 255), st.floats(0.001, 0.5), st.floats(-30, 30), st.floats(0, 30))
def test_a_clip_is_flat_from_its_bounds_on(zero, step, low, width):
    scale, one = Scale(step, zero), np.ones(1, np.int64)
    table = activation_table(Activation(Curve.CLIP, low=low * step, high=(low + width) * step), scale)
    norm = pack_batch_norm(*batch_norm(np.full(1, step / 64), np.zeros(1), scale))
    sums = np.arange(-40000, 40000, 7.0)[None]
    real = np.clip(sums / 64, low, low + width) + zero
    got = ActivationTable(norm, pack_activation(table), 0 * one, one << 30)(sums, slice(0, 1))
    assert np.abs(got - np.clip(real, 0, 255)).max() < 0.52


def test_weights_of_a_dead_channel_are_zero():
    weights = np.zeros((2, 3, 1, 1), np.float32)
    weights[1] = 0.5
    bytes_, steps = quantise_weights(weights)
    assert (bytes_[0] == 128).all()
    assert (bytes_[1] == 255).all()
    assert np.allclose(steps[1] * 127, 0.5)


def test_scales_hold_what_was_seen():
    assert scale_for(RELU6, 0, 1) == scale_for(RELU6, 0, 6) == Scale(6 / 255)
    wide = scale_for(NONE, -1, 3)
    assert (round(wide.low, 1), round(wide.high, 1)) == (-1, 3)
    assert scale_for(NONE, 2, 4).zero == 0
    assert scale_for(NONE, 0, 0).step == 1


@settings(max_examples=30)
@given(st.integers(0, 2**32), st.sampled_from([(1, 1, Padding()), (3, 1, EVEN), (3, 2, EVEN), (3, 2, AFTER)]))
def test_means_of_windows_give_the_mean_of_a_convolution(seed, how):
    kernel, stride, padding = how
    sketch = Sketch(np.random.default_rng(seed), (3, 8, 12))
    sketch.conv(4, kernel, stride, NONE, padding=padding)
    graph = sketch.done()
    pictures = graphs.pictures(sketch.random, 3, graph)
    node = graph.nodes[0]
    seen = (pictures.transpose(0, 3, 1, 2) - np.float32(127.5)) / np.float32(127.5)
    mean = weighted(node.weights, window_means(seen, kernel, stride, padding)) + node.bias
    assert np.allclose(mean, reference.run(graph, pictures)[node.name].mean((0, 2, 3)), atol=1e-5)


# -- numbers at the edges


def output(sketch, count=3):
    graph = sketch.done()
    pictures = graphs.pictures(np.random.default_rng(1), count, graph)
    compiled = compile_network(graph, pictures)
    ours = Network.parse(compiled.data).run(np.ascontiguousarray(pictures[0])).ravel()
    return ours, reference.run(graph, pictures[:1])[graph.outputs[0]].ravel()


@pytest.mark.parametrize("gain", [1e-6, 1e-3, 1e3, 1e5])
def test_weights_of_any_size_are_scaled(gain):
    sketch = Sketch(np.random.default_rng(3))
    sketch.conv(6, 3, activation=NONE, gain=gain)
    ours, wanted = output(sketch)
    assert np.abs(ours - wanted).max() < 0.02 * np.abs(wanted).max()


def test_dead_and_saturated_channels_do_no_harm():
    sketch = Sketch(np.random.default_rng(3))
    sketch.conv(4, 3)
    node = sketch.graph.nodes[0]
    node.weights[0], node.bias[0] = 0, 1.5
    node.bias[1], node.bias[2] = 1e7, -1e7
    ours, wanted = output(sketch)
    assert np.abs(ours - wanted).max() < 0.05


def test_sums_beyond_the_chips_bits_are_refused():
    sketch = Sketch(np.random.default_rng(3))
    sketch.conv(4, 3, gain=1e7)
    with pytest.raises(KmodelError, match="36 bits"):
        output(sketch)


def test_large_pictures_compile_and_too_large_maps_stay_off_main_memory():
    sketch = Sketch(np.random.default_rng(3), (3, 240, 320))
    sketch.conv(4, 3, activation=NONE)
    full = sketch.done()
    sketch.pool()
    ours, wanted = output(sketch, count=1)
    assert np.abs(ours - wanted).max() < 0.03 * np.abs(wanted).max()
    with pytest.raises(KmodelError, match="over 65536 pixels"):
        compile_network(full, graphs.pictures(sketch.random, 1, full))


@pytest.mark.filterwarnings("ignore:overflow")
def test_pictures_are_needed_and_their_shape_is_told():
    sketch = Sketch(np.random.default_rng(3))
    sketch.conv(4)
    graph = sketch.done()
    with pytest.raises(KmodelError, match="no pictures to calibrate with"):
        compile_network(graph, np.zeros((0, 16, 16, 3), np.uint8))
    with pytest.raises(KmodelError, match="8, 16, 3"):
        compile_network(graph, np.zeros((2, 8, 16, 3), np.uint8))
    with pytest.raises(KmodelError, match="reach -inf and -inf"):
        compile_network(replace(graph, nodes=(nan_biased(graph),)), np.zeros((1, 16, 16, 3), np.uint8))


def nan_biased(graph):
    """Numbers that are finite, and whose sum is not."""
    weights = np.full_like(graph.nodes[0].weights, 3e38)
    weights[:, 0] *= -1
    return replace(graph.nodes[0], weights=weights, activation=NONE)
