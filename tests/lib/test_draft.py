"""A draft replaces everything at once or nothing: whatever happens, at whatever byte the plug is pulled."""

from __future__ import annotations

import random
import zlib

import pytest
from change import Change, encoded
from store import Store, StoreError

from tests.fakes.flash import Flash, PowerCut, cuts
from tests.lib.powercut import PlainMemory, boot, step

VECTOR_BYTES = 8
RECORDS = [
    ("setting", "limit", "120"),
    ("anchor", -300, b"\x63" * 8),
    ("anchor", 100, b"\x64" * 8),
    ("anchor", 100, b"\x65" * 8),
    ("learn", "pen", b"\x01" * 8),
    ("learn", "", b"\x02" * 8),
    ("learn", "りんご", b"\x03" * 8),
]


def taught() -> tuple[Flash, Store, PlainMemory]:
    flash = Flash()
    store, memory, _ = boot(flash, VECTOR_BYTES)
    for number, label in enumerate(("cup", "key", "")):
        step(store, memory, "learn", label, bytes([number] * VECTOR_BYTES))
    step(store, memory, "anchor", 0, b"\x09" * 8)
    step(store, memory, "setting", "sound", "off")
    return flash, store, memory


def checksum(records) -> str:
    """As a host computes it."""
    return f"{zlib.crc32(b''.join(part for record in records for part in encoded(Change(*record)))):08x}"


def draft(store: Store, records) -> None:
    store.apply(Change("begin"))
    for record in records:
        put(store, *record)


def put(store: Store, *record) -> None:
    store.apply(Change(*record, draft=True))


def commit(store: Store, records) -> None:
    store.apply(Change("commit", checksum(records)))


def adopt(store: Store, memory: PlainMemory) -> list[str]:
    """What the app does after a commit."""
    memory.clear()
    return store.load(memory)


def state_of(records) -> tuple[object, ...]:
    memory = PlainMemory()
    for what, key, value in records:
        memory.apply(Change(what, key, value))
    return memory.state()


def refused(code: str, change, *arguments) -> None:
    with pytest.raises(StoreError) as caught:
        change(*arguments)
    assert caught.value.code == code


@pytest.mark.parametrize("records", [RECORDS, RECORDS[:1], []])
def test_a_draft_replaces_everything(records):
    flash, store, memory = taught()
    draft(store, records)
    commit(store, records)
    assert adopt(store, memory) == []
    assert memory.state() == state_of(records)
    step(store, memory, "learn", "new", bytes(8))
    step(store, memory, "undo")
    step(store, memory, "undo")
    assert len(flash.files) == 2
    _, again, reports = boot(flash, VECTOR_BYTES)
    assert (again.state(), reports) == (memory.state(), [])


def test_nothing_counts_before_it_is_committed():
    flash, store, memory = taught()
    draft(store, RECORDS)
    before = memory.state()
    assert boot(flash, VECTOR_BYTES)[1].state() == before
    assert len(flash.files) == 2, "a start removes what is left of a draft"


def test_a_draft_on_an_empty_camera():
    flash = Flash()
    store, memory, _ = boot(flash, VECTOR_BYTES)
    draft(store, RECORDS)
    assert boot(Flash(flash.files), VECTOR_BYTES)[1].state() == state_of([])
    commit(store, RECORDS)
    adopt(store, memory)
    assert memory.state() == state_of(RECORDS)


@pytest.mark.parametrize(
    ("word", "arguments"),
    [("learn", ("box", bytes(8))), ("undo", ()), ("forget", ("cup",)), ("anchor", (0, bytes(8))), ("reset", ())],
)
def test_another_change_ends_it(word, arguments):
    flash, store, memory = taught()
    draft(store, RECORDS)
    step(store, memory, word, *arguments)
    refused("draft", put, store, *RECORDS[0])
    refused("draft", commit, store, RECORDS)
    assert len(flash.files) == 2
    assert boot(flash, VECTOR_BYTES)[1].state() == memory.state()


def test_begin_again_and_drop():
    flash, store, memory = taught()
    draft(store, RECORDS)
    draft(store, RECORDS[:2])
    assert len(flash.files) == 4
    store.apply(Change("drop"))
    store.apply(Change("drop"))
    assert len(flash.files) == 2
    refused("draft", commit, store, RECORDS[:2])
    step(store, memory, "learn", "box", bytes(8))


def test_what_came_is_not_what_was_sent():
    flash, store, memory = taught()
    draft(store, RECORDS[1:])
    refused("checksum", commit, store, RECORDS)
    assert len(flash.files) == 2
    refused("length", put, store, "learn", "cup", bytes(7))
    step(store, memory, "learn", "box", bytes(8))
    assert boot(flash, VECTOR_BYTES)[1].state() == memory.state()


def test_examples_that_do_not_fit_are_not_replaced():
    flash, _, _ = taught()
    store, _, _ = boot(flash, VECTOR_BYTES, capacity=1)
    refused("overflow", store.apply, Change("begin"))


def test_full_flash():
    flash, store, memory = taught()
    flash.capacity = flash.used() + 40
    refused("full", draft, store, RECORDS)
    flash.boasts = True
    refused("full", draft, store, RECORDS)
    flash.capacity = 3 << 20
    assert len(flash.files) == 2
    step(store, memory, "learn", "box", bytes(8))
    assert boot(flash, VECTOR_BYTES)[1].state() == memory.state()


def test_worn_flash():
    flash, store, memory = taught()
    store.apply(Change("begin"))
    flash.worn = True
    refused("write", put, store, *RECORDS[0])
    flash.worn = False
    step(store, memory, "learn", "box", bytes(8))
    assert boot(flash, VECTOR_BYTES)[1].state() == memory.state()


def test_old_or_new_at_every_cut():
    """Every byte of a draft and of its commit, and every byte of the start after that."""
    flash, store, memory = taught()
    before, after = memory.state(), state_of(RECORDS)
    files, first = {name: bytes(data) for name, data in flash.files.items()}, len(flash.effects)
    draft(store, RECORDS)
    committing = len(flash.effects) - first
    commit(store, RECORDS)
    sealed = len(flash.effects) - first
    adopt(store, memory)
    chance = random.Random(0)
    count = 0
    for done, _, cut in cuts(files, flash.effects[first:]):
        again = Flash(cut)
        state = boot(again, VECTOR_BYTES)[1].state()
        allowed = [before] if done < committing else [before, after] if done < sealed else [after]
        assert state in allowed
        for gone in cut:  # and one file goes with it, whichever
            assert boot(Flash({name: cut[name] for name in cut if name != gone}), VECTOR_BYTES)[1].state() in allowed
        for _, _, twice in cuts(cut, again.effects):
            if chance.random() < 0.2:
                assert boot(Flash(twice), VECTOR_BYTES)[1].state() == state
        count += 1
    assert count > 100


def test_a_draft_is_two_equal_files():
    flash, store, memory = taught()
    draft(store, RECORDS)
    commit(store, RECORDS)
    effects = len(flash.effects)
    assert flash.files["examples.2"] == flash.files["examples.3"]
    for damaged in ("examples.2", "examples.3"):
        spoiled = Flash(flash.files)
        del spoiled.files[damaged][40:]
        assert boot(spoiled, VECTOR_BYTES)[1].state() == state_of(RECORDS)
    adopt(store, memory)
    assert flash.effects[effects:] == [("remove", "examples.0", b""), ("remove", "examples.1", b"")]


def test_a_cut_while_committing_closes_nothing_after_a_restart():
    flash, store, _ = taught()
    draft(store, RECORDS)
    flash.fuse = 3
    with pytest.raises(PowerCut):
        commit(store, RECORDS)
    flash.power_on()
    store, memory, _ = boot(flash, VECTOR_BYTES)
    step(store, memory, "learn", "box", bytes(8))
    assert boot(flash, VECTOR_BYTES)[1].state() == memory.state()
