"""What the page is told of the learner is what the board's own modules make of the same flash and the same picture."""

from array import array

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from madeleine.device import change, distance, engines, features, memory, store
from madeleine.device.vectors import PLACES
from madeleine.model.identity import name_of_model, scale_of_model, vector_of
from madeleine.web.learner import FlashCopy, Learner, Map

MODEL = "0123abcd"
SCALE = distance.Scale(128, 110)
LENGTH = 768
random = np.random.default_rng(7)


def vectors(count):
    return [bytes(row) for row in random.integers(0, 128, (count, LENGTH), dtype=np.uint8)]


def flash(*changes):
    """The files after a store has made some changes: (what, key, value)."""
    copy = FlashCopy({"boot.py": bytearray(494)})
    kept = memory.Memory(engines.Plain(), [bytearray(LENGTH) for _ in range(PLACES)])
    flash = store.Store(copy, MODEL.encode(), LENGTH)
    flash.load(kept)
    for done in changes:
        flash.apply(change.Change(*done))
        kept.apply(change.Change(*done))
    return copy.storage.files


def looking(*changes):
    learner = Learner(MODEL, SCALE)
    learner.look(flash(*changes))
    return learner


def as_outputs(vector):
    return [("B", vector)]


def test_knows_what_is_on_flash():
    cup, ball, zero = vectors(3)
    learner = looking(
        ("learn", "cup", cup),
        ("learn", "", ball),
        ("setting", "limit2", "150"),
        ("setting", "limit", "9"),
        ("anchor", 0, zero),
        ("learn", "x", cup),
    )
    knows = learner.knows()
    assert [example["name"] for example in knows["examples"]] == ["cup", "", "x"]
    assert knows["examples"][0]["key"] == knows["examples"][2]["key"] != knows["examples"][1]["key"]
    assert (knows["limit"], knows["sure"], knows["marks"]) == (150, 82.5, [0])
    assert knows["settings"] == {"limit": "150"}, "one of the first edition means nothing any more"
    assert dict(knows["files"])["boot.py"] == 494
    assert 0 < knows["free_bytes"] <= knows["total_bytes"]


def test_an_empty_flash():
    learner = Learner(MODEL, SCALE)
    assert learner.look(flash())
    knows = learner.knows()
    assert (knows["examples"], knows["limit"], knows["marks"]) == ([], 200, [])
    learner.see(as_outputs(vectors(1)[0]))
    nothing = {"seen": None, "gauge": None, "distances": [], "at": None, "why": None, "good": None, "selected": "A"}
    assert learner.turn() == nothing


def test_reads_again_when_something_has_changed_only():
    files = flash(("learn", "cup", vectors(1)[0]))
    learner = Learner(MODEL, SCALE)
    assert learner.look(files)
    assert not learner.look(files)
    files["examples.0"][40] ^= 1  # of the same length
    assert learner.look(files)


def test_what_is_read_stays_as_it_is():
    files = flash(("learn", "cup", vectors(1)[0]))
    del files["examples.0"][-9:]  # torn: the app would mend it
    before = {name: bytes(data) for name, data in files.items()}
    learner = Learner(MODEL, SCALE)
    learner.look(files)
    assert {name: bytes(data) for name, data in files.items()} == before


@given(st.integers(0, 2**32 - 1))
def test_distances_are_the_boards(seed):
    rows = np.random.default_rng(seed).integers(0, 128, (3, LENGTH), dtype=np.uint8)
    cup, ball, seen = (bytes(row) for row in rows)
    learner = looking(("learn", "cup", cup), ("learn", "ball", ball))
    learner.see(as_outputs(seen))
    learner.listen('{"v": 1, "event": "seen", "name": "ball", "sure": false}')
    engine = engines.Plain()
    query = engine.query(seen)
    steps = [engine.distance(query, vector, engine.query(vector).norm) for vector in (cup, ball)]
    tenths = [SCALE.tenths(step) / 10 for step in steps]
    assert learner.turn()["distances"] == tenths
    assert learner.turn()["seen"] == {"name": "ball", "sure": False, "distance": tenths[1]}


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
    learner.look(flash(("learn", "ball", ball), ("learn", "cup", cup), ("setting", "limit2", "9")))
    assert learner.learned(before) is None
    before = learner.keys
    learner.look(flash(("learn", "ball", ball), ("learn", "cup", cup), ("learn", "again", cup)))
    assert learner.learned(before)["name"] == "again"


def heard(learner):
    turn = learner.turn()
    return (turn["seen"] or {}).get("name"), (turn["seen"] or {}).get("sure"), turn["gauge"]


def test_what_the_ports_say():
    """The answer is on USB, the gauge on the Grove port, which may be told the sure answers alone."""
    cup = vectors(1)[0]
    learner = looking(("learn", "cup", cup))
    learner.see(as_outputs(cup))
    learner.listen('{"v": 1, "event": "seen", "name": "cup", "sure": false}')
    assert heard(learner) == ("cup", False, None)
    for message, gauge in (("=42", 42), ("cup", 42), ('{"ssid": "x"}', 42), ("", 42), ("=--", None)):
        learner.hear(message)
        assert heard(learner) == ("cup", False, gauge)
    learner.listen('{"v": 1, "event": "seen", "name": "cup", "sure": true, "again": true}')
    assert heard(learner) == ("cup", True, None)
    for line in ("noise", '{"v": 1, "event": "learned", "name": "x"}'):
        learner.listen(line)
        assert heard(learner) == ("cup", True, None)
    learner.listen('{"v": 1, "event": "gone"}')
    assert heard(learner) == (None, None, None)
    learner.listen('{"v": 1, "event": "seen", "name": "forgotten", "sure": true}')
    assert heard(learner) == (None, None, None)
    learner.listen('{"v": 1, "event": "seen", "name": "cup", "sure": true}')
    learner.restart()
    assert heard(learner) == (None, None, None)


def test_with_brownies_words_on_usb_the_answer_is_on_the_grove_port():
    cup = vectors(1)[0]
    learner = looking(("learn", "cup", cup), ("setting", "link", "brownie"))
    learner.see(as_outputs(cup))
    learner.hear("cup")
    assert heard(learner) == ("cup", True, None)
    learner.hear("")
    assert heard(learner) == (None, None, None)


def test_the_scale_of_a_model_is_in_its_notes():
    features_, map_ = ("B", bytes(LENGTH)), ("B", bytes(49 * LENGTH))
    noted = scale_of_model([features_, map_, ("B", bytes([1, 0, 128, 110]))])
    assert (noted.steps(200), noted.sure_steps(200)) == (SCALE.steps(200), SCALE.sure_steps(200))
    other = scale_of_model([features_, map_, ("B", bytes([2, 0, 128, 110]))])  # of a version that nobody knows
    assert other.steps(200) == scale_of_model([features_]).steps(200) != noted.steps(200)


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
