"""MobileNet v1 0.75 from its published float weights: as near to them as promised, and small enough for the camera."""

import time

import numpy as np
import pytest
from madeleine.kpu import Network
from madeleine.kpu.compiler.compile import compile_network
from madeleine.kpu.compiler.fidelity import fidelity
from madeleine.kpu.emulator.notes import has_notes, wants_upside_down
from madeleine.kpu.importers.read_keras import read_keras
from PIL import Image, ImageOps

COUNT = 40  # pictures to calibrate with, and as many others to measure
MARK = 0xA5
BROWNIES_FILE_BYTES, BROWNIES_MEMORY_BYTES = 1_879_228, 188_160


@pytest.fixture(scope="module")
def pictures(shared):
    """uint8 (2 * COUNT, 224, 224, 3), from all folders."""
    files = sorted((shared / "train").glob("*/*.jpg"))
    chosen = files[:: len(files) // (2 * COUNT)][: 2 * COUNT]
    return np.stack([np.asarray(ImageOps.fit(Image.open(file).convert("RGB"), (224, 224))) for file in chosen])


@pytest.fixture(scope="module")
def graph(shared):
    return read_keras(shared / "models" / "mobilenet_v1_0.75_224_float32.npz", head=False)


@pytest.fixture(scope="module")
def compiled(graph, pictures):
    started = time.process_time()
    compiled = compile_network(graph, pictures[::2])
    compiled_s = time.process_time() - started
    assert compiled_s < 120, f"{compiled_s:.0f} s of one core to compile"
    return compiled


def test_features_and_map_are_near_the_float_networks(graph, compiled, pictures):
    found = fidelity(graph, compiled, pictures[1::2])
    features, last_map = found.similarities
    assert features.mean >= 0.995, found
    assert last_map.mean >= 0.985, found
    assert features.worst >= 0.98, found


def test_it_takes_no_more_than_the_usual_model(compiled):
    assert len(compiled.data) < BROWNIES_FILE_BYTES + 4096
    assert compiled.model.main_memory_bytes < BROWNIES_MEMORY_BYTES / 3


def test_it_says_how_it_wants_its_picture(compiled):
    network = Network.parse(compiled.data)
    assert has_notes(network.model)
    assert wants_upside_down(network)
    assert compiled.upside_down


def test_the_middle_of_ai_ram_stays_free(compiled):
    """For the examples: 250 of them take 192,000 bytes."""
    network = Network.parse(compiled.data)
    network.memory.ai_ram[:] = MARK
    network.run(np.zeros(network.input_shape, np.uint8))
    touched = np.flatnonzero(network.memory.ai_ram != MARK)
    assert np.diff(touched).max() >= 700_000
