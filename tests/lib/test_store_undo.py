"""Undo takes back every kind of change, in the reverse order, until the power goes; then the newest example."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from change import Change
from store import Store, StoreError

from tests.fakes.flash import Flash, PowerCut, cuts, every
from tests.lib.powercut import HISTORY, PlainMemory, State, any_change, boot, copied, step
from tests.lib.small_store import VECTOR_BYTES, loaded, refused, taught, vector

CHANGES = {
    "learn": ("learn", "key", vector(8)),
    "ignore": ("learn", "", vector(8)),
    "forget": ("forget", "cup"),
    "forget nothing": ("forget", "nobody"),
    "forget gauge": ("forget gauge",),
    "rename": ("rename", "cup", "mug"),
    "rename to another class": ("rename", "cup", "key"),
    "rename nothing": ("rename", "nobody", "mug"),
    "first anchor": ("anchor", 0, vector(8)),
    "another anchor": ("anchor", 100, vector(8)),
    "first setting": ("setting", "sound", "off"),
    "another setting": ("setting", "limit", "250"),
}


def lived_in() -> tuple[Flash, Store, PlainMemory]:
    flash, store, memory = taught("cup", "key", "", "cup")
    step(store, memory, "anchor", 100, vector(5))
    step(store, memory, "setting", "limit", "150")
    return flash, store, memory


def undo(store: Store, memory: PlainMemory) -> str | None:
    """What was undone, in a word."""
    expected = store.undoable()
    undone = step(store, memory, "undo")
    assert (undone and (undone.what, undone.key)) == (expected and (expected.what, expected.key))
    assert undone is None or (undone.value is None and not undone.draft)
    return undone and undone.what


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("compacted", [False, True])
def test_every_change_is_taken_back(change, compacted):
    flash, store, memory = lived_in()
    if compacted:
        store.compact(memory)
    before = memory.state()
    step(store, memory, *change)
    after = copied(memory).state()
    assert loaded(Flash(flash.files))[0].state() == after
    assert undo(store, memory) == change[0]
    assert memory.state() == before
    assert loaded(Flash(flash.files))[0].state() == before
    step(store, memory, *change)
    assert memory.state() == after
    again, reports = loaded(flash)
    assert (again.state(), reports) == (after, [])


def test_undo_writes_one_record_to_each_copy():
    flash, store, memory = lived_in()
    step(store, memory, "forget", "cup")
    before = len(flash.effects)
    undo(store, memory)
    assert [(what, name, len(data)) for what, name, data in flash.effects[before:]] == [
        ("write", "examples.0", 12),
        ("write", "examples.1", 12),
    ]
    assert flash.files["examples.0"] == flash.files["examples.1"]


@pytest.mark.parametrize("seed", range(20))
def test_the_way_back_is_the_way_there(seed):
    """Any changes, taken back one after the other; now and then two steps forward again."""
    chance = random.Random(seed)
    flash, store, memory = taught()
    words = ["learn", "learn", "learn", "forget", "rename", "anchor", "forget gauge", "setting"]
    states = [memory.state()]
    done = []
    for _ in range(60):
        if chance.random() < 0.5 or not done:
            change = any_change(chance.choice(words), chance, VECTOR_BYTES)
            step(store, memory, change.what, change.key, change.value)
            states.append(memory.state())
            done.append((change.what, change.key))
        else:
            assert store.undoable() is not None
            assert (undo(store, memory), memory.state()) == (done.pop()[0], states[-2])
            states.pop()
        assert loaded(Flash(flash.files))[0].state() == states[-1]
    while done:
        assert (store.undoable().what, store.undoable().key) == done.pop()
        undo(store, memory)
        states.pop()
        assert memory.state() == states[-1]
    assert undo(store, memory) is None
    assert loaded(flash)[0].state() == ((), (), ())


def test_after_a_start_undo_goes_on_with_the_newest_example():
    flash, store, memory = lived_in()
    step(store, memory, "forget", "key")
    store, memory, _ = boot(flash, VECTOR_BYTES)
    assert [undo(store, memory) for _ in range(4)] == ["learn", "learn", "learn", None]
    assert memory.state() == ((), ((100, vector(5)),), (("limit", "150"),))
    assert loaded(flash)[0].state() == memory.state()


def test_what_was_done_before_a_start_is_taken_back_after_what_was_done_since():
    flash, _, _ = lived_in()
    store, memory, _ = boot(flash, VECTOR_BYTES)
    before = memory.state()
    step(store, memory, "setting", "limit", "300")
    step(store, memory, "learn", "box", vector(7))
    assert [undo(store, memory) for _ in range(2)] == ["learn", "setting"]
    assert memory.state() == before
    assert undo(store, memory) == "learn"
    assert [label for label, _ in memory.examples] == ["cup", "key", ""]


@pytest.mark.parametrize("ending", ["compaction", "reset", "commit", "failed write"])
def test_a_new_generation_ends_the_history_but_for_the_examples(ending):
    flash, store, memory = lived_in()
    step(store, memory, "forget", "")
    if ending == "compaction":
        store.compact(memory)
    elif ending == "reset":
        step(store, memory, "reset")
        step(store, memory, "learn", "new", vector(1))
    elif ending == "commit":
        store.apply(Change("begin"))
        store.apply(Change("learn", "new", vector(1), draft=True))
        store.apply(Change("commit", f"{store._draft._crc:08x}"))
        memory.clear()
        store.load(memory)
    else:
        flash.worn = True
        refused("write", store.apply, Change("learn", "box", vector(2)))
        flash.worn = False
    newest = memory.examples[-1]
    assert undo(store, memory) == "learn"
    assert newest not in memory.examples
    assert loaded(flash)[0].state() == memory.state()


def test_the_history_is_bounded():
    flash, store, memory = taught("cup")
    for number in range(HISTORY + 8):
        step(store, memory, "setting", "limit", str(number))
    assert [undo(store, memory) for _ in range(HISTORY)] == ["setting"] * HISTORY
    assert memory.settings == {"limit": "7"}
    assert undo(store, memory) == "learn"
    assert loaded(flash)[0].state() == memory.state() == ((), (), (("limit", "7"),))


def test_undo_of_nothing_writes_nothing():
    flash, store, memory = taught()
    step(store, memory, "reset")
    before = len(flash.effects)
    assert store.undoable() is None
    assert undo(store, memory) is None
    assert len(flash.effects) == before


# Cuts and damage

RECOVERED_EVERY = 5  # after every fifth cut the recovery is cut, too,
STRIDE = 7  # at every seventh byte, each time at others


@pytest.mark.parametrize("change", [change for change in CHANGES.values() if change[0] != "learn"], ids=str)
def test_a_cut_at_every_byte_of_an_undo(change):
    flash, store, memory = lived_in()
    step(store, memory, *change)
    after, first = memory.state(), len(flash.effects)
    files = {name: bytes(data) for name, data in flash.files.items()}
    undo(store, memory)
    before = memory.state()
    found: list[State] = []
    for at, (_, _, cut) in enumerate(cuts(files, flash.effects[first:])):
        again = Flash(cut)
        found.append(loaded(again)[0].state())
        if at % RECOVERED_EVERY:
            continue
        for _, _, twice in cuts(cut, again.effects, every(STRIDE, at)):
            assert loaded(Flash(twice))[0].state() == found[-1]
    assert len(found) == 2 * 12 + 1
    assert found[0] == after and found[-1] == before
    assert sum(one != other for one, other in pairwise(found)) == (before != after), "after, then before"


def test_damage_to_one_copy_of_a_record_that_takes_back_costs_nothing():
    flash, store, memory = lived_in()
    step(store, memory, "forget", "cup")
    undo(store, memory)
    step(store, memory, "learn", "box", vector(7))
    for name in flash.files:
        for offset in range(len(flash.files[name])):
            spoiled = Flash(flash.files)
            spoiled.files[name][offset] ^= 4
            again, reports = loaded(spoiled)
            assert (again.state(), reports) == (memory.state(), [])


def test_damage_to_both_lets_the_change_count_again():
    flash, store, memory = lived_in()
    step(store, memory, "forget", "cup")
    forgotten = memory.state()
    undo(store, memory)
    for data in flash.files.values():
        data[-6] ^= 1
    again, reports = loaded(flash)
    assert again.state() == forgotten
    assert reports == ["The last change was cut off while it was saved; all before it is there."]


def test_an_undo_that_fails_takes_nothing_back():
    flash, store, memory = lived_in()
    step(store, memory, "forget", "cup")
    before = memory.state()
    flash.worn = True
    refused("write", store.apply, Change("undo"))
    flash.worn = False
    assert memory.state() == before
    step(store, memory, "learn", "box", vector(7))
    assert loaded(flash)[0].state() == memory.state()


@pytest.mark.parametrize("copy", [0, 1])
def test_a_replay_takes_the_copy_that_can_be_read(copy):
    flash, store, memory = lived_in()
    before = memory.state()
    step(store, memory, "forget", "cup")
    assert store.apply(Change("undo")).what == "forget"
    flash.lost[f"examples.{copy}"] = range(40, 60)
    memory.clear()
    store.replay(memory)
    assert memory.state() == before
    step(store, memory, "learn", "box", vector(7))


def test_a_replay_that_cannot_be_closes_the_store():
    flash, store, memory = lived_in()
    before = memory.state()
    step(store, memory, "forget", "cup")
    store.apply(Change("undo"))
    flash.broken_read = True
    memory.clear()
    store.replay(memory)
    flash.broken_read = False
    assert memory.state() == ((), (), ())
    refused("closed", store.apply, Change("learn", "box", vector(7)))
    assert store.undoable() is None
    assert loaded(flash)[0].state() == before


def test_an_interrupted_undo_is_old_or_new_after_a_restart():
    flash, store, memory = lived_in()
    step(store, memory, "setting", "limit", "99")
    flash.fuse = 5
    with pytest.raises(PowerCut):
        step(store, memory, "undo")
    flash.power_on()
    again, _ = loaded(flash)
    assert again.settings == {"limit": "99"}


# What does not fit


def test_a_forgotten_class_comes_back_with_the_examples_that_do_not_fit():
    flash, _, memory = taught("cup", "key", "cup", "cup")
    store, small, _ = boot(flash, VECTOR_BYTES, capacity=2)
    step(store, small, "forget", "cup")
    assert [label for label, _ in small.examples] == ["key"]
    assert loaded(Flash(flash.files))[0].examples == memory.examples[1:2]
    assert undo(store, small) == "forget"
    assert [label for label, _ in small.examples] == ["cup", "key"]
    assert loaded(Flash(flash.files))[0].state() == memory.state()
    with pytest.raises(StoreError, match="overflow"):
        store.apply(Change("undo"))
