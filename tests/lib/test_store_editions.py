"""Files of the first edition, and of a model's former names, are read and written anew; others are left alone."""

from __future__ import annotations

import struct
import zlib

import pytest
from change import Change
from store import Store

from tests.fakes.flash import Flash, cuts, every
from tests.lib.powercut import PlainMemory, step
from tests.lib.small_store import refused

MODEL, FORMER, OTHER = b"model-01", b"former-1", b"model-02"
KNOWN = ((("", b"wwwwwwww"), ("key", b"yyyyyyyy")), ((0, b"aaaaaaaa"), (100, b"bbbbbbbb")), (("limit", "150"),))


def record(version: int, model: bytes, kind: bytes, body: bytes) -> bytes:
    head = b"\xa7" + kind + struct.pack("<H", len(body)) + body
    identity = struct.pack("<BH8s", version, 8, model)
    return head + struct.pack("<I", zlib.crc32(head if kind == b"H" else identity + head))


def written(version: int, model: bytes, torn: bytes = b"") -> bytes:
    """A file as the first edition wrote it, its version and model apart: every kind of record it knew."""
    identity = struct.pack("<BH8s", version, 8, model)
    number = struct.pack("<I", 7)
    learned = [struct.pack("<I", serial) for serial in range(4)]
    return (
        record(version, model, b"H", identity + number)
        + record(version, model, b"S", b"limit\0" + b"200")
        + record(version, model, b"A", b"\0" + b"aaaaaaaa")
        + record(version, model, b"L", learned[0] + "りんご".encode() + b"vvvvvvvv")
        + record(version, model, b"L", learned[1] + b"wwwwwwww")
        + record(version, model, b"E", number)
        + record(version, model, b"L", learned[2] + b"cup" + b"xxxxxxxx")
        + record(version, model, b"U", learned[2])
        + record(version, model, b"L", learned[3] + b"key" + b"yyyyyyyy")
        + record(version, model, b"F", "りんご".encode())
        + record(version, model, b"A", b"\x64" + b"bbbbbbbb")
        + record(version, model, b"S", b"limit\0" + b"150")
        + torn
    )


def boot(flash: Flash, capacity: int = 1000) -> tuple[Store, PlainMemory, list[str]]:
    memory = PlainMemory(capacity)
    store = Store(flash, MODEL, 8, (FORMER, b"former-2"))
    return store, memory, store.load(memory)


def of_ours(flash: Flash) -> list[tuple[int, bytes]]:
    """Version and model of each file."""
    return [(data[4], bytes(data[7:15])) for data in flash.files.values()]


OURS = {
    "version 1": (1, MODEL),
    "version 1, former name": (1, FORMER),
    "version 2": (2, MODEL),
    "version 2, former name": (2, FORMER),
    "former name": (3, FORMER),
}


@pytest.mark.parametrize("identity", OURS.values(), ids=OURS)
def test_what_is_ours_is_read_and_written_anew(identity):
    data = written(*identity)
    flash = Flash({"examples.0": data, "examples.1": data})
    store, memory, reports = boot(flash)
    assert (memory.state(), reports) == (KNOWN, [])
    assert of_ours(flash) == [(3, MODEL)] * 2
    step(store, memory, "forget", "key")
    step(store, memory, "undo")
    step(store, memory, "forget gauge")
    effects = len(flash.effects)
    _, again, reports = boot(flash)
    assert (again.state(), reports, len(flash.effects)) == (memory.state(), [], effects)


@pytest.mark.parametrize("identity", OURS.values(), ids=OURS)
@pytest.mark.parametrize("place", [3, 12, 20])
def test_also_when_its_header_is_damaged(identity, place):
    data = bytearray(written(*identity))
    data[place] ^= 0x10
    _, memory, reports = boot(Flash({"examples.4": data}))
    assert memory.state() == KNOWN
    assert reports == ["examples.4 was damaged: 0 examples are lost, the rest is there."]


@pytest.mark.parametrize("identity", OURS.values(), ids=OURS)
def test_a_cut_at_any_byte_while_it_is_written_anew(identity):
    """At every third byte; the five editions meet each of them."""
    data = written(*identity)
    files = {"examples.2": data, "examples.3": data + data[-20:-3]}
    flash = Flash(files)
    boot(flash)
    count = 0
    for _, _, cut in cuts(files, flash.effects, every(3, [*OURS.values()].index(identity))):
        for gone in (None, *cut):  # nothing, or one file, goes with it
            spoiled = Flash({name: content for name, content in cut.items() if name != gone})
            assert boot(spoiled)[1].state() == KNOWN
            assert of_ours(spoiled) == [(3, MODEL)] * 2
        count += 1
    assert count > 70


def test_the_newer_of_two_editions_counts():
    """The first edition was put on the camera again: its files stay, and are outranked by what was there before."""
    flash = Flash({"examples.0": written(1, MODEL), "examples.1": written(1, MODEL)})
    store, memory, _ = boot(flash)
    step(store, memory, "learn", "new", b"nnnnnnnn")
    flash.files |= {f"examples.{slot}": bytearray(written(1, MODEL)) for slot in (5, 6)}
    _, again, _ = boot(flash)
    assert again.state() == memory.state()
    assert len(flash.files) == 2


@pytest.mark.parametrize(
    ("identity", "words"),
    [
        ((1, OTHER), "belongs to another model and is left alone"),
        ((3, OTHER), "belongs to another model and is left alone"),
        ((4, MODEL), "is of another format and is left alone: update the camera to use it"),
        ((4, FORMER), "is of another format and is left alone: update the camera to use it"),
        ((0, MODEL), "is of another format and is left alone: update the camera to use it"),
    ],
)
def test_what_is_not_ours_is_left_alone(identity, words):
    data = written(*identity)
    flash = Flash({"examples.0": data, "examples.1": data})
    store, memory, reports = boot(flash)
    assert (memory.state(), reports) == (((), (), ()), [f"examples.0 {words}."])
    step(store, memory, "learn", "ours", b"oooooooo")
    step(store, memory, "reset")
    boot(flash)
    assert flash.files["examples.0"] == flash.files["examples.1"] == data


@pytest.mark.parametrize("version", [1, 2])
def test_before_version_3_a_later_picture_of_a_mark_replaces_the_earlier(version):
    """And what has been taken back does not."""
    a, b, c, d = (bytes([letter]) * 8 for letter in b"abcd")
    first = record(version, MODEL, b"A", b"\0" + a) + record(version, MODEL, b"A", b"\x64" + b)
    second = record(version, MODEL, b"A", b"\0" + c)
    more = first + second
    expected = [(0, c), (100, b)]
    if version == 2:
        undone = record(version, MODEL, b"A", b"\0" + d)
        more += undone + record(version, MODEL, b"T", struct.pack("<I", len(undone)))
    data = written(version, MODEL) + more
    flash = Flash({"examples.0": data, "examples.1": data})
    store, memory, reports = boot(flash)
    assert (memory.marks, reports) == (expected, [])
    assert of_ours(flash) == [(3, MODEL)] * 2
    step(store, memory, "anchor", 0, d)
    step(store, memory, "anchor", -7, a)
    assert boot(flash)[1].state()[1] == ((-7, a), (0, c), (0, d), (100, b))
    if version == 2:
        gone = written(version, MODEL) + record(version, MODEL, b"G", b"") + record(version, MODEL, b"A", b"\0" + d)
        assert boot(Flash({"examples.0": gone, "examples.1": gone}))[1].marks == [(0, d)]


@pytest.mark.parametrize("body", [b"\x32" + bytes(8), struct.pack("<h", 50) + bytes(8), bytes(11)])
def test_an_older_file_has_marks_at_0_and_100_alone(body):
    data = written(2, MODEL) + record(2, MODEL, b"A", body) + record(2, MODEL, b"S", b"sound\0off")
    _, memory, reports = boot(Flash({"examples.0": data}))
    assert memory.marks == list(KNOWN[1]) and memory.settings["sound"] == "off"
    assert reports == ["examples.0 was damaged: 0 examples are lost, the rest is there."]


def test_a_store_without_former_names_leaves_them_alone():
    data = written(1, FORMER)
    flash = Flash({"examples.0": data})
    memory = PlainMemory()
    reports = Store(flash, MODEL, 8).load(memory)
    assert (memory.state(), reports) == (((), (), ()), ["examples.0 belongs to another model and is left alone."])


def test_a_file_of_the_first_edition_that_does_not_fit_goes_on_as_it_is():
    """It cannot be written anew, and gets no record that the first edition did not have."""
    data = written(1, MODEL)
    flash = Flash({"examples.0": data, "examples.1": data})
    store, small, reports = boot(flash, capacity=1)
    assert reports == ["1 examples fit, 1 on flash do not: forget a class."]
    step(store, small, "setting", "limit", "99")
    refused("overflow", store.apply, Change("undo"))
    refused("overflow", store.apply, Change("forget gauge"))
    refused("overflow", store.apply, Change("anchor", 100, b"cccccccc"))
    assert of_ours(flash) == [(1, MODEL)] * 2
    store, small, reports = boot(flash, capacity=1)
    assert small.state() == ((("", b"wwwwwwww"),), KNOWN[1], (("limit", "99"),))
    step(store, small, "forget", "")
    store, small, reports = boot(flash, capacity=1)
    assert (small.state(), reports) == (((("key", b"yyyyyyyy"),), KNOWN[1], (("limit", "99"),)), [])
    assert of_ours(flash) == [(3, MODEL)] * 2
