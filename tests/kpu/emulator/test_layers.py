"""Every kind of layer against the slow literal oracle: both memories byte for byte after each run."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from madeleine.kpu.compiler.compose import make_conv_layer, pack_activation, pack_batch_norm
from madeleine.kpu.emulator.memory import SLACK_BYTES, Memory, Placement, write_map
from madeleine.kpu.emulator.steps import BUILDERS, ready
from madeleine.kpu.format import layertypes as k

from tests.kpu import oracle, random_layers

ROUNDS = 12
LIBRARY = (k.Softmax, k.Logistic)  # exp is the C library's: the last bit is not the chip's in any case


def both(layer, random, eight_bit=True):
    """Runs the layer here and in the oracle on the same contents; the memories of either (main, AI RAM)."""
    memory = Memory(random_layers.MAIN_BYTES)
    memory.ai_ram[:] = np.frombuffer(random.bytes(memory.ai_ram.size), np.uint8)
    memory.main[:] = random.integers(0, 256, memory.main.size)
    if reads_floats(layer):
        values = random.normal(0, 3, memory.main_bytes // 4).astype("<f4")
        memory.main[: memory.main_bytes] = values.view(np.uint8)
    main, ai_ram = bytearray(memory.main), bytearray(memory.ai_ram)
    step = ready(layer, memory, eight_bit)
    step.run()
    oracle.run(layer, main, ai_ram, eight_bit)
    return step, (memory.main, memory.ai_ram), (np.frombuffer(main, np.uint8), np.frombuffer(ai_ram, np.uint8))


def reads_floats(layer):
    return not isinstance(layer, k.ConvLayer | k.Dequantize | k.Requantize | k.QuantizedAdd) or isinstance(
        layer, k.Quantize
    )


def assert_same(layer, random, eight_bit=True):
    step, (main, ai_ram), (want_main, want_ai_ram) = both(layer, random, eight_bit)
    assert (ai_ram == want_ai_ram).all()
    if isinstance(layer, LIBRARY):
        got, want = (bytes_[step.main.start : step.main.end].view("<f4") for bytes_ in (main, want_main))
        np.testing.assert_allclose(got, want, rtol=3e-6)
    else:
        assert (main == want_main).all()
    return step


@pytest.mark.parametrize("kind", random_layers.MAKERS, ids=lambda kind: kind.NAME)
def test_cpu_layer(kind):
    random = np.random.default_rng(kind.NUMBER)
    for _ in range(ROUNDS):
        assert_same(random_layers.cpu_layer(random, kind), random)


def test_every_kind_is_tested():
    assert set(random_layers.MAKERS) | {k.ConvLayer} == set(BUILDERS) == {kind for _, _, kind in k.LAYERS if kind}


@pytest.mark.parametrize("pool_type", range(10))
@pytest.mark.parametrize("kernel", [1, 3])
@pytest.mark.parametrize("depthwise", [False, True])
def test_pools_and_kernels(pool_type, kernel, depthwise):
    random = np.random.default_rng([pool_type, kernel, depthwise])
    for _ in range(2):
        layer = random_layers.conv(random, pool_type=pool_type, kernel=kernel, depthwise=depthwise)
        assert_same(layer, random)


@pytest.mark.parametrize("table", random_layers.TABLES)
@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("fractional", [False, True])
def test_tables_weights_and_zero_points(table, bits, fractional):
    random = np.random.default_rng([len(table), bits, fractional])
    for depthwise in (False, True):
        options = {"table": table, "bits": bits, "fractional": fractional, "depthwise": depthwise, "main": True}
        layer = random_layers.conv(random, **options)
        if layer.registers.output_bytes <= random_layers.MAIN_BYTES - random_layers.OUT:
            assert_same(layer, random, eight_bit=bits == 8)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    pool_type=st.integers(0, 9),
    kernel=st.sampled_from([1, 3]),
    depthwise=st.booleans(),
    bits=st.sampled_from([8, 16]),
    fractional=st.booleans(),
    table=st.sampled_from(list(random_layers.TABLES)),
)
def test_any_convolution(seed, **options):
    random = np.random.default_rng(seed)
    assert_same(random_layers.conv(random, **options), random, eight_bit=options["bits"] == 8)


UNIT = [*((-random_layers.FAR + k, 0, 0, 0) for k in range(14)), (0, 1, 0, 0), (random_layers.FAR, 0, 0, 255)]


def unit_layer(weights, add, segments=UNIT, **options):
    """A 1x1 layer on 4x4 pixels whose y is the sum plus `add`: every unit of a sum shows in the result."""
    source = Placement.at(0, weights.shape[1], 4, 4)
    target = Placement.at(20000, len(weights), 4, 4)
    ones = np.ones(len(weights), np.int64)
    norm = pack_batch_norm(ones, np.asarray(add), 0 * ones)
    layer = make_conv_layer(weights[:, :, None, None], source, target, norm, pack_activation(segments))
    return replace(layer, registers=replace(layer.registers, **options))


def test_sums_past_float32_are_exact():
    """900 channels whose sums pass 2^24: float32 would round them, so float64 has to take over."""
    random = np.random.default_rng(1)
    weights = random.integers(250, 256, (64, 900)).astype(np.uint8)
    pixels = 255.0 - (random.random((900, 4, 4)) < 0.01)
    middle = np.tensordot(weights.astype(float), pixels, 1).mean((1, 2)).astype(np.int64)
    assert middle.min() > 1 << 24
    memory = Memory(0)
    layer = unit_layer(weights, 1500 - middle, [*UNIT[:14], (0, 1, 4, 0), UNIT[15]])
    write_map(memory.map_at(Placement.at(0, 900, 4, 4)), pixels.astype(np.uint8))
    ai_ram = bytearray(memory.ai_ram)
    result = ready(layer, memory, True).run()
    oracle.run(layer, bytearray(SLACK_BYTES), ai_ram)
    assert bytes(memory.ai_ram) == bytes(ai_ram)
    assert 0 < result.min() < result.max() < 255


@pytest.mark.parametrize("depthwise", [False, True])
def test_fractions_are_dropped_for_each_input_channel(depthwise):
    random = np.random.default_rng(2)
    weights = random.integers(0, 2, (4, 1 if depthwise else 4)).astype(np.uint8)
    layer = unit_layer(weights, [99] * 4, arg_x=-3456, shr_x=13, arg_w=7, shr_w=2, in_channels=4, depthwise=depthwise)
    assert np.ptp(assert_same(layer, random).run()) > 50


def test_a_segment_starts_above_its_start():
    """y one below, at and one above each start of a table that jumps there."""
    random = np.random.default_rng(3)
    table = random_layers.broken(random)
    for segments in (table, random_layers.steps(random)):
        add = [start + more for start, *_ in segments for more in (-1, 0, 1)]
        assert_same(unit_layer(np.zeros((len(add), 1), np.uint8), add, segments), random)
