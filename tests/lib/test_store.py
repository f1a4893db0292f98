"""The store's promises one by one, on a strict flash in memory."""

import pytest
from change import Change
from store import Store

from tests.fakes.flash import Flash
from tests.lib.powercut import MODEL, step
from tests.lib.small_store import VECTOR_BYTES, loaded, refused, taught, vector


def test_starting_writes_nothing():
    flash, _, memory = taught()
    assert flash.effects == []
    assert memory.state() == ((), (), ())


def test_everything_comes_back_in_order():
    flash, store, memory = taught("cup", "", "key", "りんご")
    step(store, memory, "anchor", 0, vector(10))
    step(store, memory, "anchor", 100, vector(11))
    step(store, memory, "anchor", 0, vector(12))
    step(store, memory, "setting", "limit", "200")
    step(store, memory, "setting", "unknown", "kept: \0 ü")
    step(store, memory, "setting", "limit", "150")
    step(store, memory, "learn", "cap", vector(13))
    step(store, memory, "undo")
    step(store, memory, "forget", "cup")
    again, reports = loaded(flash)
    assert (again.state(), reports) == (memory.state(), [])
    assert [label for label, _ in again.examples] == ["", "key", "りんご"]
    assert again.marks == [(0, vector(10)), (100, vector(11)), (0, vector(12))]
    assert again.settings == {"limit": "150", "unknown": "kept: \0 ü"}


def test_a_learn_writes_one_record_to_each_copy():
    flash, store, memory = taught("cup")
    before = len(flash.effects)
    step(store, memory, "learn", "key", vector(1))
    size = 8 + 4 + 3 + VECTOR_BYTES
    written = [("write", "examples.0", size), ("write", "examples.1", size)]
    assert [(what, name, len(data)) for what, name, data in flash.effects[before:]] == written
    assert flash.files["examples.0"] == flash.files["examples.1"]


def test_equal_labels_are_one_object():
    flash, _, _ = taught("cup", "cup", "cup")
    again, _ = loaded(flash)
    assert len({id(label) for label, _ in again.examples}) == 1


def test_undo_takes_back_learned_and_ignored_and_stops_at_none():
    flash, store, memory = taught("cup", "")
    for _ in range(3):
        step(store, memory, "undo")
        assert loaded(flash)[0].state() == memory.state()
    assert memory.examples == []


def test_reset_forgets_all_but_the_settings():
    flash, store, memory = taught("cup", "key")
    step(store, memory, "anchor", 0, vector(3))
    step(store, memory, "setting", "limit", "150")
    step(store, memory, "reset")
    again, reports = loaded(flash)
    assert (again.state(), reports) == (((), (), (("limit", "150"),)), [])
    step(store, memory, "learn", "new", vector(4))
    assert loaded(flash)[0].state() == memory.state()


def test_compaction_keeps_the_living_only_in_two_files():
    flash, store, memory = taught("cup", "key", "cup")
    for _ in range(5):
        step(store, memory, "forget", "cup")
        step(store, memory, "learn", "cup", vector(9))
    before = flash.used()
    store.compact(memory)
    assert len(flash.files) == 2
    assert flash.used() < before
    assert loaded(flash)[0].state() == memory.state()


def test_a_wasteful_file_is_compacted_at_start_only():
    flash, store, memory = taught("cup")
    for number in range(200):
        step(store, memory, "learn", "key", vector(number))
        step(store, memory, "undo")
    names = set(flash.files)
    assert flash.used() > 12000
    assert loaded(flash)[0].state() == memory.state()
    assert names.isdisjoint(flash.files)
    assert flash.used() < 200


def test_a_file_in_good_order_is_only_read():
    flash, _, _ = taught(*["cup"] * 30)
    before = len(flash.effects)
    loaded(flash)
    assert len(flash.effects) == before


def test_nothing_is_written_before_a_load():
    store = Store(Flash(), MODEL, VECTOR_BYTES)
    refused("closed", store.apply, Change("learn", "cup", vector(0)))
    refused("closed", store.apply, Change("reset"))
    assert store.undoable() is None


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("length", ("learn", "cup", bytes(VECTOR_BYTES + 1))),
        ("length", ("anchor", 0, b"")),
        ("long", ("learn", "x" * 150, vector(0))),
        ("long", ("setting", "name", "x" * 150)),
    ],
)
def test_what_cannot_be_kept_is_refused(code, change):
    flash, store, memory = taught("cup")
    before = len(flash.effects)
    refused(code, store.apply, Change(*change))
    assert len(flash.effects) == before
    step(store, memory, "learn", "key", vector(1))
    assert loaded(flash)[0].state() == memory.state()
