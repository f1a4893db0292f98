"""The outputs for the board: bytes that are rounded features, and notes that any kind of QUANTIZE leaves the same."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from madeleine.kpu import KmodelError, Network
from madeleine.kpu.emulator.layers import quantize
from madeleine.kpu.emulator.notes import marks_of, wants_upside_down
from madeleine.kpu.format import layertypes as k
from madeleine.kpu.format.feature_notes import Marks
from madeleine.kpu.format.feature_outputs import byte_step, ending
from madeleine.kpu.format.kmodel import Kmodel

COUNT = 40
FLOATS = k.Region(64, 4 * COUNT)


def network(features, **options):
    """A network that gives these float features, whatever it sees, with the outputs for the board behind them."""
    features = np.asarray(features, "<f4")
    floats = k.FullyConnected(
        in_address=0, out_address=FLOATS.start, in_channels=1, out_channels=COUNT, activation=0,
        weights=bytes(4 * COUNT), bias=features.tobytes(),
    )  # fmt: skip
    end = ending(FLOATS, k.Region(0, 4), FLOATS.end, **options)
    return Network(Kmodel((floats, *end.layers), end.outputs, end.main_memory_bytes))


def outputs(made):
    return made.run(np.zeros(1, np.float32))


@given(st.lists(st.floats(0, 6, width=32), min_size=COUNT, max_size=COUNT), st.floats(6, 20))
def test_bytes_are_rounded_features(features, full):
    found, _, _ = outputs(network(features, full=full))
    exact = np.array(features) * 127 / full
    assert found.dtype == np.uint8 and found.max() <= 127
    assert np.abs(found - exact).max() <= 0.5 + 1e-4


def test_the_usual_step_is_the_boards_own(root):
    features = np.linspace(0, 6, COUNT)
    found, _, _ = outputs(network(features))
    np.testing.assert_array_equal(found, (features.astype(np.float32) * (127 / 6) + 0.5).astype(int))


@pytest.mark.parametrize("upside_down", [False, True])
@pytest.mark.parametrize("as_bytes", [False, True])
@pytest.mark.parametrize(
    ("marks", "noted"), [(None, (0, 0)), (Marks(0.72, 94), (184, 94)), (Marks(0.996, 200), (255, 200))]
)
def test_notes(upside_down, as_bytes, marks, noted):
    made = network(np.linspace(0, 6, COUNT), upside_down=upside_down, as_bytes=as_bytes, marks=marks)
    found = outputs(made)
    assert found[0].dtype == (np.uint8 if as_bytes else np.float32)
    np.testing.assert_array_equal(found[2], [1, upside_down, *noted])


@pytest.mark.parametrize(("limit", "sure"), [(0.001, 100), (1, 100), (-1, 9), (math.nan, 9), (0.5, 0), (0.5, 201)])
def test_marks_that_do_not_fit(limit, sure):
    with pytest.raises(KmodelError, match="give "):
        network(np.zeros(COUNT), marks=Marks(limit, sure))


@pytest.mark.parametrize("upside_down", [False, True])
def test_notes_stand_whether_quantize_rounds_or_not(upside_down):
    notes = ending(FLOATS, k.Region(0, 4), 512, upside_down=upside_down, marks=Marks(0.996, 94)).layers[1:]
    for feature in (0.0, 1.7, 6.0, 1000.0):
        values = [(feature - layer.bias) / layer.scale for layer in notes]
        assert [int(value) for value in values] == [round(value) for value in values] == [1, upside_down, 255, 94]
        assert [int(quantize(np.float32([feature]), layer.scale, layer.bias)[0]) for layer in notes] == [
            1, upside_down, 255, 94,
        ]  # fmt: skip


def test_features_that_do_not_fit():
    with pytest.raises(KmodelError, match=r"features up to 6 do not fit bytes that end at 5\.5; give 6\.00 or more"):
        byte_step(6.0, 5.5)
    with pytest.raises(KmodelError, match=r"features up to 12 do not fit bytes that end at 6; give 12\.00 or more"):
        byte_step(12.0)
    for full in (0, -1, math.inf, math.nan):
        with pytest.raises(KmodelError, match="not a feature that the greatest byte can stand for"):
            byte_step(6.0, full)


def test_without_notes_pictures_are_upright():
    floats = network(np.zeros(COUNT), upside_down=True)
    assert not wants_upside_down(floats) and marks_of(floats) is None  # it takes no picture at all
