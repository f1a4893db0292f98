"""Changed models: the numbers stay those of the model they were made of."""

from dataclasses import replace

import numpy as np
import pytest
from madeleine.kpu import KmodelError, Network
from madeleine.kpu.editor.edit import headless, with_byte_features, with_map, with_marks
from madeleine.kpu.emulator.notes import marks_of, wants_upside_down
from madeleine.kpu.format import layertypes as k
from madeleine.kpu.format.feature_notes import Marks
from madeleine.kpu.format.kmodel import Kmodel, parse
from madeleine.kpu.format.write import write

from tests.kpu import small_model

CLASSES = 5
PICTURE = np.random.default_rng(3).integers(0, 256, (8, 8, 3)).astype(np.uint8)


def headed(scale=6 / 255):
    """The small model with a classifier behind it, laid out tightly: the pool writes over the map."""
    body = small_model.model()
    *convolutions, floats, means = body.layers
    assert isinstance(means, k.GlobalAveragePool2D)
    assert isinstance(floats, k.Dequantize)
    random = np.random.default_rng(4)
    weights = random.normal(size=(CLASSES, small_model.CHANNELS)).astype("<f4")
    layers = (
        *convolutions,
        replace(floats, scale=float(np.float32(scale))),
        replace(means, out_address=360),
        k.FullyConnected(
            in_address=360, out_address=500, in_channels=small_model.CHANNELS, out_channels=CLASSES, activation=0,
            weights=weights.tobytes(), bias=bytes(4 * CLASSES),
        ),
        k.Softmax(in_address=500, out_address=400, channels=CLASSES),
    )  # fmt: skip
    return Kmodel(layers, (k.Region(400, 4 * CLASSES),), body.main_memory_bytes)


def features_of(model):
    """What the pool makes, before anything is written over it."""
    network = Network(model)
    network.place(PICTURE)
    results = [step.run().copy() for step in network.steps]
    return results[4], results[2]


def run(model):
    """The outputs of a model that has gone through a file."""
    return Network(parse(write(model))).run(PICTURE)


def test_a_head_is_cut_off():
    model = headed()
    cut = headless(model)
    assert len(cut.layers) == 5 and len(cut.outputs) == 1
    np.testing.assert_array_equal(run(cut), features_of(model)[0])


def test_the_map_beside_the_head():
    model = headed()
    chances, last_map = run(with_map(model))
    np.testing.assert_array_equal(chances, run(model))
    np.testing.assert_array_equal(last_map, features_of(model)[1])


def test_the_map_beside_the_features():
    features, last_map = run(with_map(headless(headed())))
    np.testing.assert_array_equal(features, features_of(headed())[0])
    np.testing.assert_array_equal(last_map, features_of(headed())[1])


@pytest.mark.parametrize("full", [6, 6.7, 13])
def test_features_as_bytes(full):
    found, last_map, notes = run(with_byte_features(headed(), full))
    features, expected_map = features_of(headed())
    exact = features * 127 / full
    np.testing.assert_array_equal(found, np.floor(exact + 0.5))
    np.testing.assert_array_equal(last_map, expected_map)
    np.testing.assert_array_equal(notes, [1, 0, 0, 0])


def test_what_the_notes_say_is_kept():
    model = with_byte_features(headed(), marks=Marks(0.5, 110), upside_down=True)
    assert wants_upside_down(Network(model))
    again = with_byte_features(model, 7.5)
    assert wants_upside_down(Network(again)) and len(again.outputs) == 3
    assert marks_of(Network(again)) == Marks(0.5, 110)


def test_marks_change_nothing_but_the_notes():
    model = with_byte_features(headed(), upside_down=True)
    marked = with_marks(model, Marks(0.72, 94))
    *before, _ = run(model)
    *after, notes = run(marked)
    for one, other in zip(before, after, strict=True):
        np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(notes, [1, 1, 184, 94])
    assert [layer for layer in model.layers if layer not in marked.layers] == list(model.layers[-2:])
    with pytest.raises(KmodelError, match="no notes"):
        with_marks(headed(), Marks(0.72, 94))


def test_scales_for_each_channel():
    model = headed()
    pairs = np.array([(0.01 + 0.002 * n, 0.1 * n) for n in range(small_model.CHANNELS)], "<f4")
    floats = k.ChannelwiseDequantize(
        in_address=0, out_address=small_model.MAP, channels=small_model.CHANNELS,
        channel_size=small_model.SIDE**2, parameters=pairs.tobytes(),
    )  # fmt: skip
    model = replace(model, layers=(*model.layers[:3], floats, *model.layers[4:]))
    found, _, _ = run(with_byte_features(model))
    np.testing.assert_array_equal(found, np.floor(features_of(model)[0] * 127 / 6 + 0.5))


def test_what_cannot_be_changed():
    model = headed()
    board = with_byte_features(model)
    with pytest.raises(KmodelError, match="has 3 outputs already"):
        with_map(board)
    with pytest.raises(KmodelError, match="has no head"):
        headless(board)
    with pytest.raises(KmodelError, match=r"features up to 7\.65 do not fit bytes that end at 6; give 7\.65 or more"):
        with_byte_features(headed(scale=0.03))
    bare = Kmodel(model.layers[:3], (k.Region(0, 64),), model.main_memory_bytes)
    for change in (headless, with_map, with_byte_features):
        with pytest.raises(KmodelError, match="has no global average pool"):
            change(bare)
    assert isinstance(model.layers[3], k.Dequantize)
    below = replace(model, layers=(*model.layers[:3], replace(model.layers[3], bias=-1.0), *model.layers[4:]))
    with pytest.raises(KmodelError, match="features below 0 do not fit"):
        with_byte_features(below)


def test_a_pool_of_floats_that_were_never_bytes():
    first = k.FullyConnected(
        in_address=0, out_address=8, in_channels=1, out_channels=4, activation=0, weights=bytes(16), bias=bytes(16)
    )
    pool = k.GlobalAveragePool2D(in_address=8, out_address=32, kernel_size=2, channels=2)
    for source in (pool, replace(pool, in_address=0, kernel_size=1, channels=1)):
        with pytest.raises(KmodelError, match="made of no map of bytes"):
            with_map(Kmodel((first, source), (k.Region(32, 4),), 64))


def test_the_known_models(shared):
    """mbnet751 and its feature model: features and map of one run, bit for bit those of the file as it was."""
    whole, feature = (
        parse((shared / "models" / name).read_bytes(), name) for name in ("mbnet751.kmodel", "mbnet751_feature.kmodel")
    )
    picture = np.random.default_rng(5).integers(0, 256, (224, 224, 3)).astype(np.uint8)
    floats = Network(feature).run(picture)
    assert with_map(feature).main_memory_bytes == with_map(whole).main_memory_bytes == 191232
    with_both = Network(with_map(feature)).run(picture)
    np.testing.assert_array_equal(with_both[0], floats)
    means = with_both[1].reshape(768, 49).mean(axis=1) * 6 / 255
    np.testing.assert_allclose(means, floats, atol=1e-5)
    as_bytes, last_map, _ = Network(with_byte_features(feature)).run(picture)
    np.testing.assert_array_equal(as_bytes, np.floor(floats * (127 / 6) + 0.5))
    np.testing.assert_array_equal(last_map, with_both[1])
