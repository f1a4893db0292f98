"""A module of the pack loads on the real firmware from a heap in which no piece is as large as the module.

Needs MAIXPY_FIRMWARE, the path of a MaixPy image (tools/k210/README.md).
"""

import pytest

from tests.firmware import on_firmware  # noqa: F401
from tests.firmware.harness import Camera, photo

pytestmark = pytest.mark.timeout(1800)

PIECE_BYTES = 700  # of what is free, in turn with as much that is not
IN_PIECES = f"""
import gc, sys
for name in list(sys.modules):
    sys.modules.pop(name)
gc.collect()
kept = [None] * 800
try:
    for i in range(len(kept)):
        kept[i] = bytearray({PIECE_BYTES})
except MemoryError:
    pass
for i in range(0, len(kept), 2):
    kept[i] = None
gc.collect()
large = []
try:
    while True:  # what a collection has just given back in one piece
        large.append(bytearray(3 * {PIECE_BYTES}))
except MemoryError:
    print('in pieces')
import store_files
print(store_files.__name__, store_files.Stock.__name__)
"""


def test_it_loads():
    camera = Camera()
    camera.look(photo("singles", "cat", "0.jpg"))
    camera.ready()
    camera.interrupt()
    said = camera.at_the_prompt(IN_PIECES).splitlines()
    assert said[-2:] == ["in pieces", "store_files Stock"]
