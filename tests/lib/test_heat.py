"""heat.py, means.py and where.py: against the definition in numpy, and what they do with odd maps."""

import base64

import ulab

import heat
import means
import numpy as np
import pytest
from engines import Plain
from examples import Examples
from features import LENGTH
from heat import CELLS, CHANNELS, FINE, FLOOR, ONE, SIDE, TOP, Heat, Sums, UlabSums
from madeleine.model import find_model
from madeleine.model.identity import name_of_model
from madeleine.sim.eyes import HostEyes
from madeleine.sim.world import Scene
from search import Match
from vectors import on_heap
from where import Where

KERNEL = np.array([1, 2, 1])


def random_bytes(random, shape, top):
    return random.integers(0, top, shape, dtype=np.uint8)


def by_definition(example, mean, last_map):
    """The heat as its docstring says: int (SIDE, SIDE), 0..TOP."""
    factor = (ONE << 16) // int(np.sqrt(float((example.astype(int) ** 2).sum())))
    weights = ((example.astype(int) * factor >> 16) - mean) * FINE // (mean.astype(int) + FLOOR)
    order = sorted(range(LENGTH), key=lambda i: (abs(weights[i]), weights[i] < 0, i))[-CHANNELS:]
    sums = np.maximum(np.tensordot(weights[order], last_map[order].astype(int), 1), 0)
    wide = np.pad(sums, 1)
    smooth = sum(
        KERNEL[i] * KERNEL[j] * wide[i : i + SIDE, j : j + SIDE] for i in range(len(KERNEL)) for j in range(len(KERNEL))
    )
    warm = smooth - smooth.sum() // CELLS
    return np.where(warm > 0, warm * TOP // max(warm.max(), 1), 0)


@pytest.mark.parametrize("sums", [Sums, lambda: UlabSums(ulab)], ids=["plain", "ulab"])
@pytest.mark.parametrize("seed", range(4))
def test_heat_is_its_definition(sums, seed):
    random = np.random.default_rng(seed)
    example, mean = random_bytes(random, LENGTH, 60), random_bytes(random, LENGTH, 60)
    last_map = random_bytes(random, (LENGTH, SIDE, SIDE), 256)
    norm = int((example.astype(int) ** 2).sum())
    for upside_down in (False, True):
        found = Heat(sums(), upside_down)
        found.aim(example.tobytes(), norm, mean.tobytes())
        found.look(last_map.tobytes())
        expected = by_definition(example, mean, last_map)
        assert (np.frombuffer(found.cells, np.uint8).reshape(SIDE, SIDE) == expected[:: -1 if upside_down else 1]).all()


def looked_at(hot, upside_down=False):
    """A Heat whose example has one channel, which these (row, column) have."""
    last_map = np.zeros((LENGTH, SIDE, SIDE), np.uint8)
    for row, column in hot:
        last_map[5, row, column] = 200
    example = np.zeros(LENGTH, np.uint8)
    example[5] = 90
    found = Heat(Sums(), upside_down)
    found.aim(example.tobytes(), 8100, bytes(LENGTH))
    found.look(last_map.tobytes())
    return found


def test_one_hot_cell():
    found = looked_at([(2, 4)])
    assert found.centre() == (4 * 32, 2 * 32)
    assert found.box() == (80, 16, 96, 96)  # with what smoothing adds


def test_rows_of_a_network_that_sees_upside_down():
    found = looked_at([(2, 4)], upside_down=True)
    assert found.centre() == (4 * 32, 223 - 2 * 32)
    x, y, width, height = found.box()
    assert (x, width) == (80, 96) and y <= 223 - 2 * 32 <= y + height


@pytest.mark.parametrize("corner", [(0, 0), (0, 6), (6, 0), (6, 6)])
@pytest.mark.parametrize("upside_down", [False, True])
def test_boxes_lie_in_the_picture(corner, upside_down):
    found = looked_at([corner], upside_down)
    x, y, width, height = found.box()
    assert 0 <= x < x + width <= 224 and 0 <= y < y + height <= 224
    assert all(0 <= value < 224 for value in found.centre())


def test_nothing_is_hot_in_an_empty_map():
    found = looked_at([])
    assert not any(found.cells) and found.box() == (0, 0, 0, 0) and found.centre() == (112, 112)


def test_an_example_of_nothing_but_zeros_has_a_heat():
    pairs = heat.strongest(bytes(LENGTH), 0, bytes(range(256)) * 3)
    assert len(pairs) == CHANNELS and all(weight < 0 for _, weight in pairs)


def test_another_ulab_is_refused():
    class Other:
        uint8, zeros = ulab.uint8, staticmethod(ulab.zeros)

        @staticmethod
        def dot(row, matrix):
            return ulab.zeros(CELLS)

    with pytest.raises(ValueError, match="dot"):
        UlabSums(Other)


def test_means_are_known_of_our_models_with_a_map():
    eyes = HostEyes()
    black = eyes.forward(eyes.load(find_model("madeleine")), Scene("black", np.zeros((224, 224, 3), np.uint8)))
    assert name_of_model(black) in means.MEANS
    for text in means.MEANS.values():
        assert len(base64.b64decode(text)) == LENGTH


def taught(*pairs):
    examples = Examples(Plain(), on_heap(20))
    for label, channel in pairs:
        examples.learn(label, one_feature(channel))
    return examples


def one_feature(channel):
    return bytes(90 if at == channel else 1 for at in range(LENGTH))


def test_the_mean_of_an_unknown_model_is_that_of_the_other_examples():
    examples = taught(("cup", 1), ("pen", 2), ("pen", 3), ("", 4))
    mean = means.mean_of("unknown", examples, "cup")
    assert mean[1] < mean[2] == mean[3] == mean[4]
    assert means.mean_of("unknown", taught(("cup", 1)), "cup") == bytes(LENGTH)


def match_of(label, index):
    match = Match()
    match.fill(label, 0, None, index)
    return match


def test_where_aims_at_the_nearest_example_and_keeps_its_aim():
    last_map = bytearray(LENGTH * CELLS)
    last_map[1 * CELLS + 8] = last_map[2 * CELLS + 40] = 200  # what the cup has, what the pen has
    where = Where(taught(("cup", 1), ("pen", 2)))
    assert where.find("cup", match_of("cup", 0)) is None and not where.possible()
    where.start("unknown", last_map, False, Sums)
    assert where.possible()
    assert where.find("cup", match_of("cup", 0)).centre() == (32, 32)
    assert where.find("pen", match_of("pen", 1)).centre() == (160, 160)
    assert where.find("pen", match_of("cup", 0)).centre() == (160, 160)  # one odd frame
    assert where.find("cup", match_of("pen", 1)) is None  # nobody has aimed at it
    assert where.find(None, match_of("cup", 0)) is None
    where.rest()
    assert where.find("pen", match_of("cup", 0)) is None
    assert where.find("cup", match_of("cup", 0)).centre() == (32, 32)


def test_where_aims_again_when_the_examples_change():
    last_map = bytearray(LENGTH * CELLS)
    last_map[1 * CELLS + 8] = last_map[3 * CELLS + 40] = 200
    examples = taught(("cup", 1), ("pen", 2))
    where = Where(examples)
    where.start("unknown", last_map, False, Sums)
    assert where.find("cup", match_of("cup", 0)).centre() == (32, 32)
    examples.learn("cup", one_feature(3))
    assert where.find("cup", match_of("cup", 2)).centre() == (160, 160)


def test_what_makes_a_view_odd():
    """The channel that the view has and the example lacks."""
    last_map = bytearray(LENGTH * CELLS)
    last_map[1 * CELLS + 8] = last_map[2 * CELLS + 40] = 200
    where, query = Where(taught(("cup", 1))), Plain().query(one_feature(2))
    assert where.find_odd(query, 0) is None
    where.start("unknown", last_map, False, Sums)
    assert where.find_odd(query, 0).centre() == (160, 160)
    assert where.find("cup", match_of("cup", 0)).centre() == (32, 32)
    assert where.find_odd(query, 0).centre() == (160, 160)
