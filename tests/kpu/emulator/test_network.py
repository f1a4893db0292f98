"""Whole networks: outputs as the board hands them out, photographs with known answers, a recorded board result."""

import json
import os
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from madeleine.kpu import KmodelError, Network
from madeleine.kpu.format import layertypes as k
from madeleine.kpu.format.kmodel import Kmodel
from madeleine.kpu.format.write import write
from PIL import Image, ImageOps

from tests.kpu import oracle, small_model

KNOWN = {  # the reference names these for the same photographs
    "bird": "chickadee", "cat": "Egyptian cat", "dragonfly": "dragonfly", "hot_dog": "hotdog",
    "parrot": "macaw", "potato_chips": "packet", "sunflower": "daisy",
}  # fmt: skip
# Printed by the README of sipeed/Maix-EMC for example/cifar on a board.
BOARD = (1.181304, -5.381746, 1.580029, 0.045343, 0.511492, -0.656629, -3.597826, 0.561016, -0.733270, -3.771462)


@pytest.fixture
def small():
    return Network.parse(write(small_model.model()), "small.kmodel")


def picture(shape, seed=0):
    return np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)


def test_two_outputs_from_one_run(small):
    means, pixels = small.run(picture(small.input_shape))
    assert means.dtype == np.float32 and means.shape == (6,)
    assert pixels.dtype == np.uint8 and pixels.shape == (6, 8, 8)
    assert len(np.unique(pixels)) > 10
    np.testing.assert_array_equal(means, pixels.mean((1, 2), dtype=np.float64).astype(np.float32) / 2)


def test_outputs_bytes_are_those_of_the_main_buffer(small):
    means, pixels = small.run(picture(small.input_shape))
    assert small.outputs_bytes(picture(small.input_shape)) == [means.tobytes(), pixels.tobytes()]


def test_outputs_are_copies(small):
    first = small.run(picture(small.input_shape))[0]
    kept = first.copy()
    small.run(picture(small.input_shape, seed=1))
    np.testing.assert_array_equal(first, kept)


def test_the_small_network_against_the_oracle(small):
    small.place(picture(small.input_shape))
    main, ai_ram = bytearray(small.memory.main), bytearray(small.memory.ai_ram)
    for step in small.steps:
        step.run()
        oracle.run(step.layer, main, ai_ram)
    assert bytes(small.memory.main) == bytes(main) and bytes(small.memory.ai_ram) == bytes(ai_ram)


def test_a_network_of_floats():
    weights = np.array([[1, 2], [3, 4], [-5, 6]], "<f4")
    layer = k.FullyConnected(
        in_address=0, out_address=8, in_channels=2, out_channels=3, activation=1,
        weights=weights.tobytes(), bias=np.array([0.5, 0, -20], "<f4").tobytes(),
    )  # fmt: skip
    network = Network(Kmodel((layer,), (k.Region(8, 12),), 32))
    np.testing.assert_array_equal(network.run(np.array([1, 2], np.float32)), [5.5, 11, 0])


def test_a_wrong_picture_is_refused(small):
    for wrong in (np.zeros((8, 8, 4), np.uint8), np.zeros((8, 8, 3), np.float32)):
        with pytest.raises(ValueError, match=r"small.kmodel takes uint8 \(8, 8, 3\), not"):
            small.run(wrong)


def test_a_missing_file_is_an_error(tmp_path):
    with pytest.raises(KmodelError, match=r"none.kmodel: cannot be read \(No such file"):
        Network.load(tmp_path / "none.kmodel")


def test_an_output_without_a_writer_is_bytes(small):
    model = replace(small.model, outputs=(k.Region(2000, 8), k.Region(0, 6)), main_memory_bytes=2048)
    nowhere, part = Network(model).run(picture(small.input_shape))
    assert nowhere.dtype == np.uint8 and nowhere.shape == (8,)
    assert part.dtype == np.uint8 and part.shape == (6,)


@pytest.mark.parametrize("kind", KNOWN)
def test_known_photographs(shared, mbnet, kind):
    network, labels = mbnet
    with Image.open(shared / "data" / "singles" / kind / "0.jpg") as photograph:
        square = ImageOps.fit(photograph.convert("RGB"), (224, 224), Image.Resampling.BICUBIC)
    chances = network.run(np.asarray(square))
    assert labels[int(np.argmax(chances))].startswith(KNOWN[kind])
    assert abs(float(chances.sum()) - 1) < 1e-4


@pytest.fixture(scope="module")
def mbnet(shared):
    models = shared / "models"
    return Network.load(models / "mbnet751.kmodel"), json.loads((models / "imagenet_labels.json").read_text())


def test_the_feature_model(shared):
    network = Network.load(shared / "models" / "mbnet751_feature.kmodel")
    assert network.input_shape == (224, 224, 3)
    features = network.run(picture((224, 224, 3)))
    assert features.dtype == np.float32 and features.shape == (768,)
    assert features.min() >= 0 and features.max() <= 6
    units = features.astype(np.float64) * 49 * 255 / 6
    np.testing.assert_allclose(units, np.rint(units), atol=2e-3)  # each is the mean of 49 multiples of 6 / 255


def test_a_recorded_board_result():
    """MAIX_EMC is a checkout of sipeed/Maix-EMC: ten numbers a board printed, six decimals each."""
    if "MAIX_EMC" not in os.environ:
        pytest.skip("MAIX_EMC names no checkout of sipeed/Maix-EMC")
    example = Path(os.environ["MAIX_EMC"]) / "example" / "cifar"
    source = (example / "k210_project" / "image.c").read_text()
    planes = np.array([int(number, 16) for number in re.findall(r"0x([0-9a-f]{2})", source)], np.uint8)
    network = Network.load(example / "cifar10_output.kmodel")
    result = network.run(planes.reshape(3, 32, 32).transpose(1, 2, 0))
    assert np.abs(result - np.array(BOARD)).max() < 5e-7
