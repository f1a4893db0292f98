"""Stored examples against the definition: the squared L2 distance of 768 floats, scaled to length one."""

from array import array

import distance
import features
import numpy as np
import pytest
from engines import Plain
from hypothesis import given, settings
from hypothesis import strategies as st
from madeleine.evaluation.distances import distances
from madeleine.kpu import Network
from PIL import Image

seeds = st.integers(0, 2**32 - 1)


def realistic(random: np.random.Generator) -> np.ndarray:
    """Features as MobileNet gives them: mean 0.585, 16 % zeros, below 6 (measured over 1,807 photographs)."""
    values = random.gamma(0.9, 0.585 / 0.84 / 0.9, features.LENGTH)
    values[random.random(features.LENGTH) < 0.16] = 0
    return np.minimum(values, 6).astype(np.float32)


def near(random: np.random.Generator, vector: np.ndarray, distance: float) -> np.ndarray:
    """A vector about that far (squared) from another one."""
    step = random.normal(0, 1, features.LENGTH)
    step *= np.sqrt(distance) / np.linalg.norm(step)
    return np.clip(vector + step, 0, 6).astype(np.float32)


def stored(floats) -> bytearray:
    example = bytearray(features.LENGTH)
    features.quantise(floats, example)
    return example


def by_definition(one, other) -> float:
    one, other = (np.asarray(vector, np.float64) / np.linalg.norm(vector) for vector in (one, other))
    return float(((one - other) ** 2).sum())


def kept(one: bytes, other: bytes) -> float:
    """The distance of stored examples."""
    engine = Plain()
    return engine.distance(engine.query(one), other, engine.query(other).norm) / distance.ONE


@pytest.mark.parametrize(
    ("feature", "byte"),
    [(0, 0), (6, 127), (7, 127), (1e30, 127), (-0.01, 0), (-9, 0), (3, 64), (0.0236, 0), (0.0237, 1), (5.98, 127)],
)
def test_one_feature(feature, byte):
    assert stored([feature] * features.LENGTH) == bytes([byte]) * features.LENGTH


@given(st.lists(st.floats(0, 6, width=32), min_size=8, max_size=8))
def test_quantising_goes_to_the_nearest_step(values):
    floats = np.array(values * 96, np.float32)
    exact = floats.astype(np.float64) * 127 / 6
    assert np.all(np.abs(np.frombuffer(stored(floats), np.uint8) - exact) <= 0.5 + 1e-6)


def test_too_few_features_are_an_error_that_device_can_tell():
    with pytest.raises(IndexError):
        stored(memoryview(np.zeros(features.LENGTH - 1, np.float32)))


@settings(max_examples=40)
@given(seeds, st.floats(50, 500))
def test_realistic_distances_agree_with_the_definition(seed, squared):
    random = np.random.default_rng(seed)
    one = realistic(random)
    other = near(random, one, squared)
    true = by_definition(one, other)
    length = np.linalg.norm(one)
    spread = 2 * np.sqrt(true) * (6 / 127) / np.sqrt(6) / length  # each difference is off by the sum of two roundings
    assert abs(kept(stored(one), stored(other)) - true) < 6 * spread


def photographs(shared) -> list[np.ndarray]:
    """Some photographs of each class of two sets, cut square as the protocol of shared/data says."""
    pictures = []
    for name, every in (("rps_janken", 6), ("fork_scissors", 4)):
        for folder in sorted((shared / "data" / name).iterdir()):
            for path in sorted(folder.glob("*.jpg"))[::every]:
                picture = Image.open(path)
                side = min(picture.size)
                left, top = (picture.width - side) // 2, (picture.height - side) // 2
                box = (left, top, left + side, top + side)
                pictures.append(np.asarray(picture.resize((224, 224), Image.Resampling.BILINEAR, box=box)))
    return pictures


def test_distances_of_photographs_agree_with_the_definition(shared):
    """Over 162 photographs of five sets: where a limit may lie 1 % at most (mean 0.2 %)."""
    network = Network.load(shared / "models" / "mbnet751_feature.kmodel")
    floats = [network.run(picture) for picture in photographs(shared)]
    vectors = np.array([list(stored(values)) for values in floats], np.float64)
    found = distances(vectors, vectors) / distance.ONE
    true = np.array([[by_definition(one, other) for other in floats] for one in floats])
    near_limit = (true > 0.25) & (true < 0.9)
    errors = np.abs(found[near_limit] / true[near_limit] - 1)
    assert near_limit.sum() > 1000 and errors.max() < 0.015 and errors.mean() < 0.003
    assert max(float(values.max()) for values in floats) <= features.RANGE


def announced(values: np.ndarray, as_type: str, extra: int = 0) -> memoryview:
    """An output as the firmware announces it: what the last layer makes, and up to v0.5.0_9 one byte too many."""
    data = values.tobytes() + b"\xa5" * extra
    return memoryview(array(as_type, data[: len(data) // array(as_type).itemsize * array(as_type).itemsize]))


def test_bytes_are_taken_as_they_are():
    made = np.arange(features.LENGTH).astype(np.uint8) % 128
    for extra in (0, 1):
        read = features.reader(announced(made, "B", extra), features.quantise)
        example = bytearray(features.LENGTH)
        read(example)
        assert example == made.tobytes()


def test_a_reader_reads_each_run_anew():
    place = array("B", bytes(features.LENGTH))
    read = features.reader(memoryview(place), features.quantise)
    example = bytearray(features.LENGTH)
    for byte in (5, 127):
        memoryview(place)[:] = bytes([byte]) * features.LENGTH
        read(example)
        assert example == bytes([byte]) * features.LENGTH


@pytest.mark.parametrize("as_type", ["f", "B"])
@pytest.mark.parametrize("extra", [0, 1])
def test_floats_become_bytes_whatever_they_are_called(as_type, extra):
    floats = realistic(np.random.default_rng(4))
    example = bytearray(features.LENGTH)
    features.reader(announced(floats, as_type, extra), features.quantise)(example)
    assert example == stored(floats)


@pytest.mark.parametrize("size_bytes", [4, 767, 770, 1024, 3071, 3074, 4000, 37632])
def test_an_output_of_another_size_is_refused(size_bytes):
    with pytest.raises(ValueError, match=f"{size_bytes} numbers, not 768 features"):
        features.reader(memoryview(bytes(size_bytes)), features.quantise)


def test_a_heap_without_a_piece_for_ulab_costs_time_and_nothing_else(monkeypatch):
    def full(self, floats, example):
        raise MemoryError

    monkeypatch.setattr(features.Ulab, "_quantise", full)
    floats = realistic(np.random.default_rng(5))
    example = bytearray(features.LENGTH)
    features.Ulab.__new__(features.Ulab).quantise(memoryview(array("f", floats)), example)
    assert example == stored(floats)
