"""Files with the store's names that are not this store's, or not readable: left alone, reported, removed in time."""

import pytest
import version
from change import Change
from store import Store

from tests.fakes.flash import Flash
from tests.lib.powercut import MODEL, PlainMemory, boot, step
from tests.lib.small_store import VECTOR_BYTES, loaded, refused, taught, vector


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
