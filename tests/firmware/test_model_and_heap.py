"""A model on the real firmware: its names, why it cannot be used, and the GC heap that the app sets for it.

Needs MAIXPY_FIRMWARE, the path of a MaixPy image (tools/k210/README.md).
"""

import struct
import zlib

import numpy as np
import pytest
from madeleine.device import heap
from madeleine.device.constants import SIDE_PX
from madeleine.model import find_model
from madeleine.model.identity import name_of_model, vector_of
from madeleine.sim.eyes import HostEyes
from madeleine.sim.world import Scene

from tests.firmware import on_firmware  # noqa: F401
from tests.firmware.harness import (
    MODEL_ADDRESS,
    VISION,
    WALL_S,
    Camera,
    flash_of,
    has_fixed_heap,
    heap_for,
    packed_app,
    photo,
)
from tests.firmware.prompt import MODEL, card

pytestmark = pytest.mark.timeout(3600)
OLD_BUILD = has_fixed_heap()
OWN = find_model("madeleine").read_bytes()
NAMES = "print(network.identity(picture), *sorted(network.former_identities(picture)))"
LEAK = """
import gc
def memory():
    most = 0
    for _ in range(4):  # a stale word on the stack can keep the last 3 KB
        network.identity(picture)
        network.former_identities(picture)
        gc.collect()
        most = max(most, gc.mem_free())
    return most, vision.free_memory_kb()
before, after = memory(), memory()
print(before[0] - after[0] < 256, before[1] == after[1])
"""


@pytest.mark.parametrize("path", [find_model("madeleine"), MODEL], ids=["own", "brownie"])
def test_the_names_of_a_model(path):
    camera = Camera(flash_of(packed_app(), path.read_bytes()))
    camera.emulator.run_to_repl(interrupt=True)
    camera.at_the_prompt(VISION)
    assert camera.at_the_prompt(NAMES).split() == names_on_the_desk(path)
    assert camera.at_the_prompt(LEAK).split()[-2:] == ["True", "True"]


def names_on_the_desk(path):
    """Its name, and what the first edition called it where that differs. Images and desk drop the fraction."""
    outputs = HostEyes().forward(HostEyes().load(path), Scene("black", np.zeros((SIDE_PX, SIDE_PX, 3), np.uint8)))
    return list(dict.fromkeys([name_of_model(outputs), f"{zlib.crc32(vector_of(outputs)):08x}"]))


def test_the_desk_gives_brownies_model_the_name_it_always_had():
    assert names_on_the_desk(MODEL) == ["f1141d6b"]


def needing(memory_bytes):
    """Our model, whose header asks for this memory."""
    return OWN[:20] + struct.pack("<I", memory_bytes) + OWN[24:]


NOT_VERSION_3 = "no kmodel of version 3 at 0x300000"
TOO_LARGE = (
    "no kmodel of version 3 at 0x300000, or a too large one" if OLD_BUILD else "the model at 0x300000 is too large"
)


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        (b"\xff" * 4096, NOT_VERSION_3),
        (b"a text" * 700, NOT_VERSION_3),
        (struct.pack("<4s9I", b"LDMK", 4, 0, 1, 0, 0, 0, 0, 0, 0) + bytes(4000), NOT_VERSION_3),
        (struct.pack("<4s7I", b"LDMK", 5, 32, 0, 8, 1, 0, 0) + bytes(4000), NOT_VERSION_3),
        (needing(3_000_000), TOO_LARGE),
    ],
    ids=["erased", "text", "v4", "v5", "large"],
)
def test_a_model_that_cannot_be_used(model, sentence):
    camera = Camera(flash_of(packed_app(), MODEL.read_bytes()))
    camera.emulator.flash_write(MODEL_ADDRESS, model)
    line = camera.line("Madeleine: ", within_ms=60_000)
    assert sentence in line and "run madeleine flash" in line
    camera.run(500)
    assert camera.led() == "red"


def unset(model):
    """A camera after an installation that has not started yet."""
    return Camera(flash_of(packed_app() | {heap.UNSET: b""}, model, 524_288))


@pytest.mark.skipif(OLD_BUILD, reason="its heap has one size")
@pytest.mark.parametrize(("model", "size"), [(OWN, 420_000), (MODEL.read_bytes(), 290_000)], ids=["own", "brownie"])
def test_the_first_start_sets_the_heap_and_cards_work(model, size):
    assert heap_for(model) == size, "as on the virtual board"
    camera = unset(model)
    camera.look(photo("singles", "cat", "0.jpg"))
    assert "heap" not in camera.ready()
    assert sum(line.startswith("###free sys") for line in camera.said) == 2, "it has started twice"
    for text in ("cup", "k" * 32):
        camera.look(card(text, error="l"))
        assert camera.event("card", within_ms=8000)["text"] == text
        camera.look(photo("singles", "cat", "0.jpg"))
        camera.event("learned", within_ms=8000)
    camera.interrupt()
    assert camera.at_the_prompt("from Maix import utils\nprint(utils.gc_heap_size())").split()[-1] == str(size)
    assert camera.at_the_prompt(f"import uos\nprint({heap.UNSET!r} in uos.listdir('/flash'))").split()[-1] == "False"


@pytest.mark.skipif(OLD_BUILD, reason="its heap has one size")
def test_a_large_model_loads_after_a_small_one():
    """2.78 MB: not with the heap of a small model, but with the least there is."""
    camera = unset(needing(900_000))
    assert camera.ready()["examples"] == 0


@pytest.mark.skipif(OLD_BUILD, reason="its heap has one size")
def test_another_model_than_the_heap_is_for():
    camera = Camera(flash_of(packed_app(), OWN))
    camera.emulator.flash_write(MODEL_ADDRESS, MODEL.read_bytes())
    wanted = "The heap has 420000 bytes, with this model it should have 290000: run madeleine install"
    assert camera.ready()["heap"] == wanted
    assert camera.event("error")["code"] == "heap"


# SPIFFS as the image has it (spiffs_nucleus.h): each block begins with the numbers of the files that have its pages.
SPIFFS, BLOCK_BYTES, BLOCKS, PAGES = 0xD00000, 0x20000, 24, 31
FREE, DELETED, NOBODYS = 0xFFFF, 0, 0x0777  # the last is the number of no file here
RESERVED = 2  # blocks that SPIFFS itself never fills


def full(flash):
    """A flash without a page that is free or can be: writing so much through the board would take it an hour."""
    flash, left_free = bytearray(flash), RESERVED
    for start in range(SPIFFS + (BLOCKS - 1) * BLOCK_BYTES, SPIFFS - 1, -BLOCK_BYTES):
        pages = struct.unpack_from(f"<{PAGES}H", flash, start)
        if left_free and set(pages) == {FREE}:
            left_free -= 1
        else:
            taken = [NOBODYS if page in (FREE, DELETED) else page for page in pages]
            struct.pack_into(f"<{PAGES}H", flash, start, *taken)
    return bytes(flash)


WRITE = """
try:
    with open('/flash/more', 'wb') as file:
        file.write(bytes(4096))
except OSError:
    print('full')
"""


@pytest.mark.skipif(OLD_BUILD, reason="its heap has one size")
def test_a_full_flash_does_not_restart_for_ever():
    camera = Camera(full(flash_of(packed_app() | {heap.UNSET: b""}, OWN, 524_288)))
    camera.emulator.run_to_repl(interrupt=True)
    assert camera.at_the_prompt(WRITE, wall=3 * WALL_S).split()[-1] == "full"  # SPIFFS searches all of it
    camera.reset()
    camera.ready()
    camera.run(2000)
    assert sum(line.startswith("###free sys") for line in camera.said) <= 2, "it has started twice at most"
    camera.tell(do="status", id=1)
    assert camera.event("status")["id"] == 1
