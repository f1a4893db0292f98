"""The store's bytes, written a second time from docs/FORMATS.md."""

from __future__ import annotations

import struct
import zlib

import version
from store import Store

from tests.fakes.flash import Flash
from tests.lib.powercut import PlainMemory, boot, step

MODEL = b"1f2e3d4c"
IDENTITY = struct.pack("<BH", 3, 4) + MODEL


def record(kind: str, body: bytes) -> bytes:
    head = b"\xa7" + kind.encode() + struct.pack("<H", len(body)) + body
    return head + struct.pack("<I", zlib.crc32(head if kind == "H" else IDENTITY + head))


def u32(number: int) -> bytes:
    return struct.pack("<I", number)


FORGET = record("F", "りんご".encode())
KEY = record("L", u32(3) + b"key" + b"yyyy")
NO_KEY = record("U", u32(3))
MARK = record("A", b"\0" + b"cccc")
NO_GAUGE = record("G", b"")
GOLDEN = (
    record("H", IDENTITY + u32(7))
    + record("S", b"limit\0" + b"200")
    + record("A", b"\0" + b"aaaa")
    + record("L", u32(0) + "りんご".encode() + b"vvvv")
    + record("L", u32(1) + b"" + b"wwww")
    + record("E", u32(7))
    + record("L", u32(2) + b"cup" + b"xxxx")
    + record("U", u32(2))
    + FORGET
    + KEY
    + NO_KEY
    + record("T", u32(len(FORGET + KEY + NO_KEY)))  # so many bytes back the forget begins
    + record("S", b"limit\0" + b"150")
    + MARK
    + record("T", u32(len(MARK)))
    + NO_GAUGE
    + record("T", u32(len(NO_GAUGE)))
    + record("L", u32(4) + b"key" + b"zzzz")
    + record("F", b"")
    + record("A", b"\x64" + b"bbbb")
    + record("A", struct.pack("<h", -250) + b"dddd")
    + record("A", b"\0" + b"eeee")
)


def test_the_document_speaks_of_this_version():
    assert version.STORE == 3


def test_a_file_from_the_document_is_understood():
    flash = Flash({"examples.1": GOLDEN, "examples.4": GOLDEN})
    memory = PlainMemory()
    assert Store(flash, MODEL, 4).load(memory) == []
    assert memory.examples == [("りんご", b"vvvv"), ("key", b"zzzz")]
    assert memory.marks == [(0, b"aaaa"), (100, b"bbbb"), (-250, b"dddd"), (0, b"eeee")]
    assert memory.settings == {"limit": "150"}
    assert flash.effects == []


def test_the_store_writes_the_bytes_of_the_document():
    """The golden file's own history leads to the golden file."""
    flash = Flash()
    memory = PlainMemory()
    store = Store(flash, MODEL, 4)
    store.load(memory)
    step(store, memory, "setting", "limit", "200")
    step(store, memory, "anchor", 0, b"aaaa")
    step(store, memory, "learn", "りんご", b"vvvv")
    step(store, memory, "learn", "", b"wwww")
    for _ in range(6):
        store.compact(memory)
    step(store, memory, "learn", "cup", b"xxxx")
    step(store, memory, "undo")
    step(store, memory, "forget", "りんご")
    step(store, memory, "learn", "key", b"yyyy")
    step(store, memory, "undo")
    step(store, memory, "undo")
    step(store, memory, "setting", "limit", "150")
    step(store, memory, "anchor", 0, b"cccc")
    step(store, memory, "undo")
    step(store, memory, "forget gauge")
    step(store, memory, "undo")
    step(store, memory, "learn", "key", b"zzzz")
    step(store, memory, "forget", "")
    step(store, memory, "anchor", 100, b"bbbb")
    step(store, memory, "anchor", -250, b"dddd")
    step(store, memory, "anchor", 0, b"eeee")
    assert flash.files == {"examples.0": GOLDEN, "examples.1": GOLDEN}
    assert memory.examples == [("りんご", b"vvvv"), ("key", b"zzzz")]


def test_a_full_store_of_the_real_size():
    """250 examples of 768 bytes: what the file measures, and that they come back."""
    flash = Flash()
    store, memory, _ = boot(flash, 768)
    for number in range(250):
        step(store, memory, "learn", f"class {number % 9}", bytes((number + i) % 128 for i in range(768)))
    assert flash.used() == 2 * (23 + 12 + 250 * (780 + len("class 1")))
    _, again, reports = boot(flash, 768)
    assert (again.state(), reports) == (memory.state(), [])
