"""Bits flip and files lose their end: of one copy, and nothing is lost; of the only one, and only what was hit is."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from journal import HEADER, Journal

from tests.fakes.flash import Flash
from tests.lib.powercut import LABELS, PlainMemory, boot, step

VECTOR_BYTES = 8
HEADER_BYTES, SEAL_BYTES = 23, 12
NAME = "examples.0"


def lived_in() -> tuple[bytes, PlainMemory, list[int], set[tuple[str, bytes]]]:
    """A file with every kind of record: its bytes, what it means, where its records end, all that was ever learned."""
    flash, chance = Flash(), random.Random(5)
    store, memory, _ = boot(flash, VECTOR_BYTES)
    learned = set()
    ends = []

    def do(word: str, *arguments: object) -> None:
        step(store, memory, word, *arguments)
        ends.append(flash.used() // 2)
        if word == "learn":
            learned.add(arguments)

    for number in range(8):
        do("learn", LABELS[number % 4], chance.randbytes(VECTOR_BYTES))
    do("setting", "limit", "150")
    do("anchor", 0, chance.randbytes(VECTOR_BYTES))
    store.compact(memory)
    ends[:] = [flash.used() // 2]
    store.compact(memory)
    for word, *arguments in (
        ("learn", "cup", chance.randbytes(VECTOR_BYTES)),
        ("undo",),
        ("learn", "key", chance.randbytes(VECTOR_BYTES)),
        ("forget", "cup"),
        ("learn", "cup", chance.randbytes(VECTOR_BYTES)),
        ("undo",),
        ("setting", "limit", "250"),
        ("undo",),
        ("anchor", 100, chance.randbytes(VECTOR_BYTES)),
        ("forget gauge",),
        ("learn", "", chance.randbytes(VECTOR_BYTES)),
        ("anchor", 100, chance.randbytes(VECTOR_BYTES)),
    ):
        do(word, *arguments)
    return bytes(flash.files[NAME]), memory, ends, learned


def only_copy(flash: Flash) -> str:
    """Takes the second copy away; the name of the first."""
    first, second = sorted(flash.files)
    flash.remove(second)
    return first


FILE, MEMORY, ENDS, LEARNED = lived_in()


def mended(data: bytes) -> tuple[PlainMemory, list[str]]:
    """What a load makes of these bytes; a second load must find the same, in good order."""
    flash = Flash({NAME: data})
    _, memory, reports = boot(flash, VECTOR_BYTES)
    _, again, more = boot(flash, VECTOR_BYTES)
    assert again.state() == memory.state()
    if flash.files:
        assert more == [report for report in more if "cannot be read" in report or "is empty" in report]
    return memory, reports


@pytest.mark.parametrize("copy", ["examples.0", "examples.1"])
def test_damage_to_one_copy_costs_nothing(copy):
    chance = random.Random(8)
    for offset in range(len(FILE)):
        flash = Flash({"examples.0": FILE, "examples.1": FILE})
        flash.files[copy][offset] ^= 1 << chance.randrange(8)
        _, memory, reports = boot(flash, VECTOR_BYTES)
        assert (memory.state(), reports) == (MEMORY.state(), [])
        assert len(flash.files) == 2
        first, second = flash.files.values()
        assert first == second


@pytest.mark.parametrize("bit", range(8))
def test_every_flipped_bit_takes_one_record_at_most(bit):
    """Of every byte four bits flip, of its neighbours the other four."""
    for offset in range(bit % 2, len(FILE), 2):
        data = bytearray(FILE)
        data[offset] ^= 1 << bit
        memory, reports = mended(bytes(data))
        assert len(reports) == 1, (offset, reports)
        missing = Counter(MEMORY.examples) - Counter(memory.examples)
        assert missing.total() <= 1, (offset, bit)
        assert set(memory.examples) <= LEARNED
        for label, vector in missing:
            start = FILE.index(label.encode() + vector) - 8
            assert start <= offset < start + 8 + len(label.encode()) + VECTOR_BYTES + 4


def test_damage_to_header_or_seal_costs_nothing():
    for place in (3, HEADER_BYTES - 1, ENDS[0] - 2):
        data = bytearray(FILE)
        data[place] ^= 0x10
        assert mended(bytes(data))[0].state() == MEMORY.state()


def test_an_undo_of_a_damaged_example_spares_the_one_before():
    flash = Flash()
    store, memory, _ = boot(flash, VECTOR_BYTES)
    step(store, memory, "learn", "cup", bytes(8))
    place = flash.used() // 2 + 10
    step(store, memory, "learn", "key", bytes(8))
    step(store, memory, "undo")
    step(store, memory, "setting", "limit", "1")
    name = only_copy(flash)
    flash.files[name][place] ^= 1
    _, again, reports = boot(flash, VECTOR_BYTES)
    assert (again.state(), len(reports)) == (memory.state(), 1)


def test_the_undo_after_a_damaged_undo_takes_both_back():
    flash = Flash()
    store, memory, _ = boot(flash, VECTOR_BYTES)
    for label in ("cup", "key", "box"):
        step(store, memory, "learn", label, bytes(8))
    place = flash.used() // 2 + 5
    step(store, memory, "undo")
    step(store, memory, "undo")
    name = only_copy(flash)
    flash.files[name][place] ^= 1
    _, again, _ = boot(flash, VECTOR_BYTES)
    assert again.state() == memory.state()


def test_lost_examples_are_counted():
    flash = Flash()
    store, memory, _ = boot(flash, VECTOR_BYTES)
    for number in range(6):
        step(store, memory, "learn", "cup", bytes([number] * 8))
    name = only_copy(flash)
    for number in (1, 2, 4):
        flash.files[name][flash.files[name].index(bytes([number] * 8))] ^= 0x40
    _, again, reports = boot(flash, VECTOR_BYTES)
    assert reports == [f"{name} was damaged: 3 examples are lost, the rest is there."]
    assert [vector[0] for _, vector in again.examples] == [0, 3, 5]


def test_every_length_of_a_file_cut_short():
    for length in range(len(FILE)):
        memory, reports = mended(FILE[:length])
        whole = length in ENDS
        assert len(reports) == (not whole), (length, reports)
        body = FILE[: max(0, length - 4)]
        kept = {(label, vector) for label, vector in MEMORY.examples if label.encode() + vector in body}
        assert kept <= set(memory.examples) <= LEARNED
        if length >= HEADER_BYTES and length < ENDS[0]:
            assert "cut short" in reports[0] or "is empty" in reports[0]
        elif length > ENDS[0] and not whole:
            assert "cut off" in reports[0]


def test_rubbish_in_the_middle_and_at_the_end():
    chance = random.Random(6)
    taken_back = FILE.index(b"\xa7T")  # says how many bytes back the change is that was undone
    for _ in range(100):
        place = chance.choice([0, *(end for end in ENDS if end != taken_back)])
        rubbish = bytes(chance.choices([*b"\xa7\xa7L\0\1\xff", *range(256)], k=chance.randrange(1, 300)))
        memory, reports = mended(FILE[:place] + rubbish + FILE[place:])
        assert memory.state() == MEMORY.state()
        assert len(reports) == 1


def test_hostile_records_with_right_checksums():
    """Records that no store writes: ignored as damage, never executed, never a crash."""
    flash = Flash()
    store, memory, _ = boot(flash, VECTOR_BYTES)
    step(store, memory, "learn", "cup", bytes(8))
    name = only_copy(flash)
    good = bytes(flash.files[name])
    identity = Journal(flash, b"", bytearray(200)).header(name)[:11]
    bodies = [b"", b"x", bytes(5), b"\xff\xfe\xfd\xfc", bytes(60), b"no end mark", b"\x07" + bytes(8), b"\xff" * 12]
    for kind in (*b"LUFASETG", HEADER, 0, 0xA7, 255):
        for body in bodies:
            journal = Journal(flash, identity, bytearray(200))
            journal.append(name, len(good), kind, body)
            _, again, _ = boot(flash, VECTOR_BYTES)
            assert len(again.examples) <= 2
            flash = Flash({name: good})


def test_records_of_an_older_file_in_a_page_are_damage():
    """An old page may show up in a file that a cut has torn: header, seal and serials tell that it is not its own."""
    flash = Flash()
    store, memory, _ = boot(flash, VECTOR_BYTES)
    for number in range(4):
        step(store, memory, "learn", "cup", bytes([number] * 8))
    older = bytes(flash.files["examples.0"])
    store.compact(memory)
    step(store, memory, "learn", "key", bytes(8))
    for stale in (older, older[HEADER_BYTES:], older[HEADER_BYTES + SEAL_BYTES :]):
        for name in flash.files:
            spoiled = Flash(flash.files)
            spoiled.files[name] += stale
            _, again, reports = boot(spoiled, VECTOR_BYTES)
            assert (again.state(), reports) == (memory.state(), [])


def test_noise_never_stops_a_start():
    chance = random.Random(7)
    for _ in range(200):
        data = bytearray(FILE)
        for _ in range(chance.randrange(1, 60)):
            data[chance.randrange(len(data))] = chance.choice([0xA7, 0, 255, chance.randrange(256)])
        memory, reports = mended(bytes(data[: chance.randrange(len(data))]))
        assert set(memory.examples) <= LEARNED
        assert len(reports) == 1
