"""The store's promises one by one, on a strict flash in memory."""

from __future__ import annotations

import os

import files as files_module
import pytest
import version
from change import Change
from files import Files
from store import Store, StoreError

from tests.fakes.flash import Flash
from tests.lib.powercut import MODEL, PlainMemory, boot, step

VECTOR_BYTES = 8


def vector(number: int) -> bytes:
    return bytes([number] * VECTOR_BYTES)


def taught(*labels: str) -> tuple[Flash, Store, PlainMemory]:
    """A store that has learned these labels, the first with vector 0."""
    flash = Flash()
    store, memory, reports = boot(flash, VECTOR_BYTES)
    assert reports == []
    for number, label in enumerate(labels):
        step(store, memory, "learn", label, vector(number))
    return flash, store, memory


def loaded(flash: Flash, capacity: int = 1000) -> tuple[PlainMemory, list[str]]:
    _, memory, reports = boot(flash, VECTOR_BYTES, capacity)
    return memory, reports


def refused(code: str, change, *arguments) -> None:
    with pytest.raises(StoreError) as caught:
        change(*arguments)
    assert caught.value.code == code
    assert caught.value.text and "\n" not in caught.value.text


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
    assert again.marks == [(0, vector(12)), (100, vector(11))]
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


# What does not fit


def test_what_does_not_fit_is_reported_and_kept():
    flash, _, memory = taught("cup", "key", "cup", "box")
    again, reports = loaded(flash, capacity=2)
    assert [label for label, _ in again.examples] == ["cup", "key"]
    assert reports == ["2 examples fit, 2 on flash do not: forget a class."]
    assert loaded(flash)[0].state() == memory.state()


def test_with_examples_that_do_not_fit_changes_go_on_but_none_is_dropped():
    flash, _, memory = taught("cup", "key", "cup", "box")
    store, small, _ = boot(flash, VECTOR_BYTES, capacity=2)
    refused("overflow", store.compact, small)
    refused("overflow", store.apply, Change("undo"))  # the last example is one that does not show
    step(store, small, "setting", "limit", "150")
    assert loaded(flash)[0].examples == memory.examples
    step(store, small, "forget", "cup")
    step(store, small, "learn", "new", vector(7))
    step(store, small, "undo")
    assert [label for label, _ in loaded(flash)[0].examples] == ["key", "box"]
    step(store, small, "forget", "box")
    store.compact(small)
    assert loaded(flash)[0].state() == small.state()


@pytest.mark.parametrize("fault", ["broken_close", "worn"])
def test_a_change_that_failed_beside_examples_that_do_not_fit_is_over_at_the_next_start(fault):
    flash, _, memory = taught("cup", "key", "cup")
    store, small, _ = boot(flash, VECTOR_BYTES, capacity=1)
    setattr(flash, fault, True)
    refused("write", store.apply, Change("setting", "limit", "150"))
    setattr(flash, fault, False)
    refused("write", store.apply, Change("setting", "limit", "160"))  # the copies are not equal any more
    store, small, _ = boot(flash, VECTOR_BYTES, capacity=1)
    step(store, small, "setting", "limit", "170")
    again, _ = loaded(flash)
    assert (again.examples, again.settings) == (memory.examples, {"limit": "170"})


def test_a_torn_file_with_examples_that_do_not_fit_is_appended_to():
    flash, _, memory = taught("cup", "key", "cup")
    for copy in flash.files.values():
        copy += copy[:9]
    store, small, reports = boot(flash, VECTOR_BYTES, capacity=1)
    assert len(reports) == 2
    step(store, small, "setting", "limit", "150")
    again, _ = loaded(flash)
    assert again.examples == memory.examples
    assert again.settings == {"limit": "150"}


def test_what_fits_again_after_a_class_is_forgotten_comes_at_the_next_start():
    """While it is read there is no room for it yet: the forgotten ones come first."""
    flash, _, _ = taught("cup", "cup", "key", "box")
    store, small, _ = boot(flash, VECTOR_BYTES, capacity=2)
    step(store, small, "forget", "cup")
    again, reports = loaded(flash, capacity=2)
    assert [label for label, _ in again.examples] == ["key", "box"]
    assert reports == []


@pytest.mark.parametrize("hurt", ["torn", "gone", "a page"])
def test_examples_that_do_not_fit_are_on_flash_twice_again_after_a_start(hurt):
    flash, store, memory = taught("cup", "key", "cup")
    if hurt == "torn":
        flash.files["examples.1"] += flash.files["examples.1"][:9]
    elif hurt == "gone":
        flash.remove("examples.1")
    else:
        flash.lost["examples.1"] = range(30, 50)
    before = len(flash.effects)
    store, small, reports = boot(flash, VECTOR_BYTES, capacity=1)
    assert reports == ["1 examples fit, 2 on flash do not: forget a class."]
    assert [what for what, name, _ in flash.effects[before:]][-1:] == ["write" if hurt == "gone" else "remove"]
    first, second = flash.files.values()
    assert first == second
    step(store, small, "setting", "limit", "150")
    for gone in list(flash.files):
        spoiled = Flash({name: data for name, data in flash.files.items() if name != gone})
        again, _ = loaded(spoiled)
        assert again.examples == memory.examples and again.settings == {"limit": "150"}


def test_examples_that_do_not_fit_and_no_room_for_a_second_copy():
    flash, _, memory = taught("cup", "key", "cup")
    flash.remove("examples.0")
    flash.capacity, flash.boasts = flash.used() + 30, True
    store, small, reports = boot(flash, VECTOR_BYTES, capacity=1)
    assert reports[1:] == ["No room left on flash: forget a class or remove files."]
    flash.capacity = 3 << 20
    step(store, small, "setting", "limit", "150")
    again, _ = loaded(flash)
    assert again.examples == memory.examples and again.settings == {"limit": "150"}


def test_reset_drops_what_does_not_fit():
    flash, _, _ = taught("cup", "key")
    store, small, _ = boot(flash, VECTOR_BYTES, capacity=1)
    step(store, small, "reset")
    step(store, small, "learn", "new", vector(5))
    assert loaded(flash)[0].state() == small.state()


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


# Files of others


@pytest.mark.parametrize(
    ("model", "vector_bytes", "format_version", "words"),
    [
        (b"model-02", VECTOR_BYTES, None, "another model"),
        (MODEL, VECTOR_BYTES + 4, None, "another length"),
        (MODEL, VECTOR_BYTES, 99, "another format"),
    ],
)
def test_a_file_of_another_identity_is_reported_and_left_alone(model, vector_bytes, format_version, words, monkeypatch):
    flash = Flash()
    with monkeypatch.context() as patch:
        if format_version:
            patch.setattr(version, "STORE", format_version)
        other, theirs = Store(flash, model, vector_bytes), PlainMemory()
        other.load(theirs)
        step(other, theirs, "learn", "theirs", bytes(vector_bytes))
    before = {name: bytes(content) for name, content in flash.files.items()}
    their_name = min(before)
    store, memory, reports = boot(flash, VECTOR_BYTES)
    assert len(reports) == 1
    assert words in reports[0] and their_name in reports[0]
    step(store, memory, "learn", "ours", vector(1))
    store.compact(memory)
    step(store, memory, "reset")
    step(store, memory, "learn", "ours again", vector(2))
    assert loaded(flash)[0].state() == memory.state()
    assert before.items() <= flash.files.items()
    if not format_version:
        again = PlainMemory()
        assert len(Store(flash, model, vector_bytes).load(again)) == 1
        assert again.state() == theirs.state()


def test_too_many_models():
    flash = Flash()
    for number in range(4):
        other, theirs = Store(flash, b"model %02d" % number, VECTOR_BYTES), PlainMemory()
        other.load(theirs)
        step(other, theirs, "learn", "theirs", vector(0))
    store, _, reports = boot(flash, VECTOR_BYTES)
    assert len(reports) == 4
    refused("full", store.apply, Change("learn", "ours", vector(1)))
    flash.remove("examples.3")
    flash.remove("examples.6")
    store, memory, _ = boot(flash, VECTOR_BYTES)
    step(store, memory, "learn", "ours", vector(1))
    assert loaded(flash)[0].state() == memory.state()


RUBBISH = bytes(range(256)) * 20


def test_an_unreadable_file_is_kept_while_it_is_all_there_is():
    flash = Flash({"examples.0": RUBBISH})
    for _ in range(2):
        _, reports = loaded(flash)
        assert reports == ["examples.0 cannot be read; *reset removes it."]
    assert flash.files == {"examples.0": RUBBISH}


def test_an_unreadable_file_goes_at_the_next_start_when_a_whole_generation_is_there():
    flash = Flash({"examples.0": RUBBISH})
    store, memory, reports = boot(flash, VECTOR_BYTES)
    step(store, memory, "learn", "cup", vector(0))
    assert "examples.0" in flash.files
    again, reports = loaded(flash)
    assert (again.state(), reports) == (memory.state(), [])
    assert list(flash.files) == ["examples.1", "examples.2"]


def test_unreadable_files_do_not_pile_up():
    flash, _, memory = taught("cup", "key")
    for _ in range(20):
        flash.files[max(flash.files)] = bytearray(RUBBISH)
        again, reports = loaded(flash)
        assert (again.state(), reports) == (memory.state(), [])
        assert len(flash.files) == 2


def test_an_unreadable_file_stays_while_one_of_another_model_lacks_its_copy():
    """It may be that copy, of which the other model can read more."""
    flash, _, memory = taught("cup")
    other, theirs = Store(flash, b"model-02", VECTOR_BYTES), PlainMemory()
    other.load(theirs)
    step(other, theirs, "learn", "theirs", vector(1))
    flash.files["examples.3"][:20] = RUBBISH[:20]
    hurt = bytes(flash.files["examples.3"])
    again, reports = loaded(flash)
    assert again.state() == memory.state()
    assert reports == [
        "examples.2 belongs to another model and is left alone.",
        "examples.3 cannot be read; *reset removes it.",
    ]
    assert flash.files["examples.3"] == hurt
    again = PlainMemory()
    assert Store(flash, b"model-02", VECTOR_BYTES).load(again)[1:] == []
    assert again.state() == theirs.state()
    assert len(loaded(flash)[1]) == 1


def test_what_cannot_be_read_makes_way_when_no_names_are_left():
    flash, _, memory = taught("cup")
    others = Store(flash, b"model-02", VECTOR_BYTES), PlainMemory()
    others[0].load(others[1])
    step(*others, "learn", "theirs", vector(1))
    flash.remove("examples.2")
    for slot in (2, 4, 5, 6, 7):
        flash.files[f"examples.{slot}"] = bytearray(RUBBISH)
    store, again, reports = boot(flash, VECTOR_BYTES)
    assert (again.state(), len(reports), len(flash.files)) == (memory.state(), 6, 8)
    store.compact(again)
    step(store, again, "learn", "key", vector(2))
    assert loaded(flash)[0].state() == again.state()


@pytest.mark.parametrize("count", [1, 2, 7, 8])
def test_reset_removes_what_cannot_be_read_and_nothing_else_however_often(count):
    flash = Flash({f"examples.{slot}": RUBBISH for slot in range(count)})
    store, memory, reports = boot(flash, VECTOR_BYTES)
    assert len(reports) == count
    if count < 7:
        step(store, memory, "setting", "limit", "150")
    for _ in range(3):
        step(store, memory, "reset")
        assert len(flash.files) == 2
        step(store, memory, "learn", "cup", vector(1))
        again, reports = loaded(Flash(flash.files))
        assert (again.state(), reports) == (memory.state(), [])


@pytest.mark.parametrize("content", [b"", b"\xa7H\x0f\x00\x01"])
def test_an_empty_file_is_reported_once(content):
    flash = Flash({"examples.1": content, "examples.7.bak": b"not ours", "lib/store.py": b"nor this"})
    store, memory, reports = boot(flash, VECTOR_BYTES)
    assert reports == ["examples.1 is empty: nothing was saved in it."]
    step(store, memory, "learn", "cup", vector(0))
    again, reports = loaded(flash)
    assert (again.state(), reports) == (memory.state(), [])


def test_the_real_files(tmp_path, monkeypatch):
    """The same on files of the host, which stand in for the board's."""

    class uio:
        open = staticmethod(open)

    monkeypatch.setattr(files_module, "uio", uio)
    monkeypatch.setattr(files_module, "uos", os)
    files = Files(str(tmp_path))
    store, memory = Store(files, MODEL, VECTOR_BYTES), PlainMemory()
    assert store.load(memory) == []
    for number in range(5):
        step(store, memory, "learn", "cup", vector(number))
    step(store, memory, "reset")
    step(store, memory, "learn", "key", vector(0))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["examples.2", "examples.3"]
    assert files.size("examples.0") == -1
    assert files.free_bytes() > 0
    again = PlainMemory()
    assert Store(files, MODEL, VECTOR_BYTES).load(again) == []
    assert again.state() == memory.state()
