"""What the page is told of the learner is what the board's own modules make of the same flash and the same picture."""

from array import array

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from madeleine.device import change, engines, features, memory, store
from madeleine.web.learner import FlashCopy, Learner, Map, name_of_model, vector_of

MODEL = "0123abcd"
LENGTH = 768
random = np.random.default_rng(7)


def vectors(count):
    return [bytes(row) for row in random.integers(0, 128, (count, LENGTH), dtype=np.uint8)]


def flash(*changes):
    """The files after a store has made some changes: (what, key, value)."""
    copy = FlashCopy({"boot.py": bytearray(494)})
    kept = memory.Memory(engines.Plain(), [bytearray(LENGTH) for _ in range(250)])
    flash = store.Store(copy, MODEL.encode(), LENGTH)
    flash.load(kept)
    for done in changes:
        flash.apply(change.Change(*done))
        kept.apply(change.Change(*done))
    return copy.storage.files


def looking(*changes):
    learner = Learner(MODEL)
    learner.look(flash(*changes))
    return learner


def as_outputs(vector):
    return [("B", vector)]


def test_knows_what_is_on_flash():
    cup, ball, zero = vectors(3)
    learner = looking(
        ("learn", "cup", cup),
        ("learn", "", ball),
        ("setting", "limit", "150"),
        ("anchor", 0, zero),
        ("learn", "x", cup),
    )
    knows = learner.knows()
    assert [example["name"] for example in knows["examples"]] == ["cup", "", "x"]
    assert knows["examples"][0]["key"] == knows["examples"][2]["key"] != knows["examples"][1]["key"]
    assert (knows["limit"], knows["anchors"], knows["settings"]) == (150, [0], {"limit": "150"})
    assert dict(knows["files"])["boot.py"] == 494
    assert 0 < knows["free_bytes"] <= knows["total_bytes"]


def test_an_empty_flash():
    learner = Learner(MODEL)
    assert learner.look(flash())
    knows = learner.knows()
    assert (knows["examples"], knows["limit"], knows["anchors"]) == ([], 200, [])
    learner.see(as_outputs(vectors(1)[0]))
    assert learner.turn() == {"seen": None, "gauge": None, "distances": [], "at": None}


def test_reads_again_when_something_has_changed_only():
    files = flash(("learn", "cup", vectors(1)[0]))
    learner = Learner(MODEL)
    assert learner.look(files)
    assert not learner.look(files)
    files["examples.0"][40] ^= 1  # of the same length
    assert learner.look(files)


def test_what_is_read_stays_as_it_is():
    files = flash(("learn", "cup", vectors(1)[0]))
    del files["examples.0"][-9:]  # torn: the app would mend it
    before = {name: bytes(data) for name, data in files.items()}
    learner = Learner(MODEL)
    learner.look(files)
    assert {name: bytes(data) for name, data in files.items()} == before


@given(st.integers(0, 2**32 - 1))
def test_distances_are_the_boards(seed):
    rows = np.random.default_rng(seed).integers(0, 128, (3, LENGTH), dtype=np.uint8)
    cup, ball, seen = (bytes(row) for row in rows)
    learner = looking(("learn", "cup", cup), ("learn", "ball", ball))
    learner.see(as_outputs(seen))
    learner.hear("ball")
    engine = engines.Plain()
    query = engine.query(seen)
    squared = [engine.dot(query, v, 0) * -2 + sum(a * a for a in v) + sum(a * a for a in seen) for v in (cup, ball)]
    tenths = [features.tenths(steps) / 10 for steps in squared]
    assert learner.turn()["distances"] == tenths
    assert learner.turn()["seen"] == {"name": "ball", "distance": tenths[1]}


def test_outputs_of_either_kind_are_the_apps_vector():
    floats = array("f", random.uniform(0, 6, LENGTH).astype(np.float32))
    example = bytearray(LENGTH)
    features.quantise(floats, example)
    assert vector_of([("f", floats.tobytes())]) == bytes(example)
    assert vector_of([("B", bytes(example)), ("B", b"more")]) == bytes(example)
    assert name_of_model([("B", bytes(example))]) == name_of_model([("f", floats.tobytes())])


def test_learned_is_the_picture_that_is_there():
    cup, ball = vectors(2)
    learner = looking()
    learner.see(as_outputs(cup))
    before = learner.keys
    learner.look(flash(("learn", "ball", ball)))  # brought by a host
    assert learner.learned(before) is None
    before = learner.keys
    learner.look(flash(("learn", "ball", ball), ("learn", "cup", cup)))
    assert learner.learned(before) == {"key": learner.knows()["examples"][1]["key"], "name": "cup"}
    before = learner.keys
    learner.look(flash(("learn", "ball", ball), ("learn", "cup", cup), ("setting", "limit", "9")))
    assert learner.learned(before) is None
    before = learner.keys
    learner.look(flash(("learn", "ball", ball), ("learn", "cup", cup), ("learn", "again", cup)))
    assert learner.learned(before)["name"] == "again"


def test_what_the_grove_port_says():
    cup = vectors(1)[0]
    learner = looking(("learn", "cup", cup))
    learner.see(as_outputs(cup))
    for message, name, gauge in (
        ("cup", "cup", None),
        ("=42", "cup", 42),
        ('{"ssid": "x"}', "cup", 42),
        ("=--", "cup", None),
        ("", None, None),
        ("forgotten", None, None),
    ):
        learner.hear(message)
        turn = learner.turn()
        assert ((turn["seen"] or {}).get("name"), turn["gauge"]) == (name, gauge)
    learner.hear("cup")
    learner.restart()
    assert learner.turn()["seen"] is None


def test_the_map_shows_who_is_near_whom():
    cup, ball = vectors(2)
    near = bytes([min(127, byte + 1) for byte in cup])
    learner = looking(("learn", "cup", cup), ("learn", "cup", near), ("learn", "ball", ball))
    places = np.array([example["at"] for example in learner.knows()["examples"]])
    assert np.abs(places).max() == 1
    assert np.linalg.norm(places[0] - places[1]) < 0.2 < 1 < np.linalg.norm(places[0] - places[2])
    learner.see(as_outputs(ball))
    assert learner.turn()["at"] == list(places[2])


@pytest.mark.parametrize("count", [1, 3])
def test_no_map_of_equal_examples(count):
    cup = vectors(1)[0]
    learner = looking(*[("learn", "cup", cup)] * count)
    learner.see(as_outputs(cup))
    assert [example["at"] for example in learner.knows()["examples"]] == [[0, 0]] * count
    assert learner.turn()["at"] is None


def test_the_map_is_the_same_each_time():
    rows = np.array([list(vector) for vector in vectors(9)], np.float64)
    assert Map.of(rows).at(rows[0]) == Map.of(rows[[3, 1, 2, 0, *range(4, 9)]]).at(rows[0])


def test_a_full_camera():
    learner = looking(*[("learn", "many", vector) for vector in vectors(250)])
    assert len(learner.knows()["examples"]) == 250
