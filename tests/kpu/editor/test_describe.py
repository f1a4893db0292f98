"""What is told about a network, and the time it is estimated to take."""

from dataclasses import replace

import numpy as np
import pytest
from madeleine.kpu import Network
from madeleine.kpu.compiler.compile import Options, compile_network
from madeleine.kpu.editor.describe import as_text, facts
from madeleine.kpu.editor.edit import with_byte_features
from madeleine.kpu.emulator.speed import layer_times_ms
from madeleine.kpu.format import layertypes as k
from madeleine.kpu.format.kmodel import Kmodel
from madeleine.kpu.format.layertypes import ConvLayer

from tests.kpu import graphs, small_model
from tests.kpu.graphs import LEAKY, NONE, RELU, RELU6, Sketch


@pytest.fixture
def small():
    return Network(small_model.model(), "small.kmodel")


def test_every_layer_and_output_is_named(small):
    text = as_text(facts(small, 4000))
    for layer in small.model.layers:
        assert layer.NAME in text
    assert "small.kmodel: kmodel v3, 8-bit weights, 5 layers, 4000 bytes" in text
    assert "depthwise 3x3" in text and "8x8x3" in text and "loads on  every MaixPy v1" in text
    assert "output 1  uint8 6x8x8, 384 bytes at 0" in text
    assert "node" not in text and "conv_7" in as_text(facts(small, 4000, ["conv_7"] * 5))


def test_remarks(small):
    remark, features = facts(small, 4000).remarks
    assert remark == "the camera's pictures are 224x224x3: it cannot use this network"
    assert features.startswith("features up to 127.50: the camera learns none above 6")
    too_large, *_ = facts(small, 3_700_000).remarks
    assert too_large == "file and memory need 3701920 bytes; the camera has 2863000: it does not load"
    _, without_cards, _ = facts(small, 2_100_000).remarks
    assert without_cards == "file and memory need 2101920 bytes; above 2069000 the camera reads no QR cards"
    first = small.model.layers[0]
    assert isinstance(first, ConvLayer)
    narrow = replace(first.registers, in_width=2, out_width=2, channel_bytes=16, output_bytes=16 * 6)
    model = Kmodel((replace(first, registers=narrow),), (k.Region(0, 4),), 64)
    assert "layer 0: a map of 2x8; the chip takes 4x4 to 512x256" in facts(Network(model), 64).remarks


def test_what_the_notes_say():
    model = with_byte_features(small_model.model(), 100_000, upside_down=True)
    known = facts(Network(model), 4000)
    assert known.upside_down and known.outputs[2].startswith("notes, uint8 4")
    assert "input     8x8x3, upside down" in as_text(known)


def test_a_network_of_floats_is_told_of_too():
    layer = k.FullyConnected(
        in_address=0, out_address=8, in_channels=2, out_channels=1, activation=0, weights=bytes(8), bias=bytes(4)
    )
    outputs = (k.Region(8, 4),) * 3  # as if with notes, but it takes no picture
    known = facts(Network(Kmodel((layer,), outputs, 16)), 100)
    assert known.input == "2" and not known.upside_down and known.ai_ram_free_bytes == 2 << 20


@pytest.mark.parametrize(
    ("activation", "features", "remark"),
    [
        (LEAKY, "float", "learns none below 0"),
        (NONE, "float", "learns none below 0"),
        (RELU, "float", "learns none above 6"),
        (RELU, "bytes", None),
        (RELU6, "float", None),
    ],
)
def test_features_that_the_camera_refuses_to_learn(activation, features, remark):
    network = Sketch(np.random.default_rng(1))
    network.conv(6, 3, activation=activation, gain=4)
    network.average()
    graph = network.done()
    pictures = graphs.pictures(np.random.default_rng(1), 4, graph)
    compiled = compile_network(graph, pictures, Options(features=features, full=20))
    found = " ".join(facts(Network(compiled.model), len(compiled.data)).remarks)
    assert remark in found if remark else "learns" not in found


def test_the_known_model(shared):
    """AI RAM: what a run on the board leaves alone (docs/DESIGN.md). Time: the model of speed.py."""
    network = Network.load(shared / "models" / "mbnet751_feature.kmodel")
    known = facts(network, 1879228)
    assert known.ai_ram_free_bytes == 720_896 and known.remarks == ()
    times = layer_times_ms(network)
    convolutions = [ms for ms, step in zip(times, network.steps, strict=True) if isinstance(step.layer, ConvLayer)]
    assert sum(convolutions) == pytest.approx(30.0, abs=0.1)
    assert times[27] == pytest.approx(1.7, abs=0.05)
    assert known.estimated_ms == pytest.approx(sum(times)) and np.all(np.array(times) > 0)
