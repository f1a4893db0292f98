"""The store on flash that is full, that fails, and that a cut has left in SPIFFS's own kinds of disorder."""

from __future__ import annotations

import itertools

import pytest
from change import Change

from tests.fakes.flash import Flash, PowerCut
from tests.lib.powercut import PlainMemory, boot, step
from tests.lib.small_store import VECTOR_BYTES, loaded, refused, taught, vector

# Flash that fails


def test_no_room_is_refused_before_anything_is_written():
    flash, store, memory = taught("cup")
    flash.capacity = flash.used() + 100
    before = len(flash.effects)
    refused("full", store.apply, Change("learn", "key", vector(1)))
    assert len(flash.effects) == before
    step(store, memory, "forget", "cup")
    assert loaded(flash)[0].state() == memory.state()


def test_no_room_beside_dead_records_makes_a_new_generation():
    flash, store, memory = taught("cup")
    for number in range(400):
        step(store, memory, "learn", "key", vector(number % 256))
        step(store, memory, "undo")
    room = 2 * flash.used()
    flash.free_bytes = lambda: room - flash.used()
    step(store, memory, "learn", "box", vector(2))
    assert flash.used() < 400
    assert loaded(flash)[0].state() == memory.state()


@pytest.mark.parametrize("change", ["learn x 12345678", "undo", "forget cup", "setting limit 150", "reset"])
@pytest.mark.parametrize("fault", ["broken_closes", "worn", "broken_read"])
def test_a_change_that_failed_is_nowhere(change, fault):
    flash, store, memory = taught("cup", "key")
    setattr(flash, fault, 99)
    word, *arguments = change.split()
    if word == "learn":
        arguments[1] = arguments[1].encode()
    refused("write", store.apply, Change(word, *arguments))
    setattr(flash, fault, 0)
    step(store, memory, "learn", "after", vector(3))
    again, reports = loaded(flash)
    assert (again.state(), reports) == (memory.state(), [])


def test_a_refused_record_that_is_whole_on_flash_is_expelled():
    flash, store, memory = taught("cup")
    flash.broken_closes = 1
    refused("write", store.apply, Change("learn", "key", vector(1)))
    again, reports = loaded(flash)
    assert (again.state(), reports) == (memory.state(), [])


def test_a_sealed_file_that_cannot_be_removed_again_closes_the_store():
    """Otherwise it would outrank the file that goes on being written."""
    flash, store, memory = taught("cup")
    flash.broken_remove, flash.broken_closes = True, 99
    refused("write", store.apply, Change("reset"))
    flash.broken_remove, flash.broken_closes = False, 0
    refused("closed", store.apply, Change("learn", "key", vector(1)))
    assert loaded(flash)[0].state() == memory.state()


def test_an_old_file_that_cannot_be_removed_is_outranked():
    flash, store, memory = taught("cup")
    flash.broken_remove = True
    store.compact(memory)
    step(store, memory, "undo")
    assert len(flash.files) == 4
    assert loaded(flash)[0].state() == memory.state()
    flash.broken_remove = False
    assert loaded(flash)[0].state() == memory.state()
    assert len(flash.files) == 2


def test_an_interrupted_compaction_leaves_the_store_closed_until_it_is_loaded():
    flash, store, memory = taught("cup", "key")
    flash.fuse = 30
    with pytest.raises(PowerCut):
        store.compact(memory)
    flash.power_on()
    refused("closed", store.apply, Change("learn", "box", vector(2)))
    again = PlainMemory()
    assert store.load(again) == []
    step(store, again, "learn", "box", vector(2))
    assert loaded(flash)[0].state() == again.state()


@pytest.mark.parametrize(("fault", "code"), [("broken_read", "write"), ("broken_list", "closed")])
def test_flash_that_cannot_be_read_is_left_alone(fault, code):
    flash, _, memory = taught("cup")
    setattr(flash, fault, 99)
    store, _, reports = boot(flash, VECTOR_BYTES)
    assert reports
    assert all("cannot be read" in report for report in reports)
    refused(code, store.apply, Change("learn", "key", vector(1)))
    setattr(flash, fault, 0)
    assert loaded(flash)[0].state() == memory.state()


def test_a_flash_that_fails_while_in_use():
    flash, store, memory = taught("cup")
    flash.broken_list = True
    refused("write", store.compact, memory)
    flash.broken_list = False
    flash.free_bytes = lambda: flash.open("nowhere", "rb")
    refused("write", store.apply, Change("learn", "key", vector(1)))
    assert loaded(flash)[0].state() == memory.state()


# What SPIFFS leaves behind after a cut (seen on v0.5.0_9 in an emulator)


def test_a_name_whose_pages_are_gone_is_removed():
    flash, _, memory = taught("cup")
    flash.files["examples.3"] = bytearray(5000)
    flash.lost["examples.3"] = range(5000)
    again, reports = loaded(flash)
    assert (again.state(), reports) == (memory.state(), [])
    assert list(flash.files) == ["examples.0", "examples.1"]


def test_a_name_whose_pages_are_gone_stays_when_it_is_all_there_is():
    flash = Flash({"examples.0": bytes(5000)})
    flash.lost["examples.0"] = range(5000)
    assert loaded(flash)[1] == ["examples.0 cannot be read; *reset removes it."]
    assert list(flash.files) == ["examples.0"]


def test_a_page_lost_in_the_middle_takes_only_what_was_in_it():
    flash, _, memory = taught(*["cup"] * 200)
    flash.lost["examples.0"] = flash.lost["examples.1"] = range(1000, 2000)
    again, reports = loaded(flash)
    assert len(reports) == 1
    assert 200 - 1000 // 23 - 20 < len(again.examples) < 200
    assert set(again.examples) < set(memory.examples)
    assert loaded(flash)[0].state() == again.state()


@pytest.mark.parametrize("copy", ["examples.0", "examples.1"])
@pytest.mark.parametrize("lost", [range(0, 100), range(1000, 2000), range(0, 10_000)])
def test_pages_of_one_copy_lost_take_nothing(copy, lost):
    flash, _, memory = taught(*["cup"] * 200)
    flash.lost[copy] = lost
    again, reports = loaded(flash)
    assert (again.state(), reports) == (memory.state(), [])
    first, second = flash.files.values()
    assert first == second
    assert not flash.lost


@pytest.mark.parametrize("copy", ["examples.0", "examples.1"])
def test_a_copy_that_is_gone_is_made_again(copy):
    flash, _, memory = taught("cup", "key")
    flash.remove(copy)
    again, reports = loaded(flash)
    assert (again.state(), reports) == (memory.state(), [])
    assert len(flash.files) == 2


def test_a_name_that_is_there_twice_is_left_for_another():
    flash, _, memory = taught("cup")
    flash.twice["examples.0"] = flash.files["examples.0"][:]
    again, reports = loaded(flash)
    assert (again.state(), reports) == (memory.state(), [])
    assert flash.names() == ["examples.2", "examples.3"]


# The watchdog


@pytest.mark.parametrize(
    "change", ["learn x 12345678", "undo", "forget cup", "rename cup box", "setting limit 150", "reset"]
)
def test_no_change_does_two_things_to_flash_without_food(change):
    """One may take many seconds, when SPIFFS recycles."""
    flash, store, memory = taught(*[f"class {number}" for number in range(20)], "cup")
    hungry = []
    flash.feed = lambda: hungry.append(len(flash.effects))
    word, *arguments = change.split()
    if word == "learn":
        arguments[1] = arguments[1].encode()
    step(store, memory, word, *arguments)
    store.compact(memory)
    flash.feed()
    assert hungry[-1] > 40
    assert max(after - before for before, after in itertools.pairwise(hungry)) == 1
