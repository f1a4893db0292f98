"""The power fails while the store writes, on the firmware's own file system: nothing acknowledged is lost.

Needs MAIXPY_FIRMWARE, the path of a MaixPy image (tools/k210/README.md). Some cuts of each
class; `bench/power_cuts.py` makes hundreds.
"""

import pytest

from tests.firmware import on_firmware  # noqa: F401
from tests.firmware.flash_log import BLOCK_BYTES, FILES_AT
from tests.firmware.power_cuts import AFTER, BEFORE, CLASSES, cut_and_restart, powered, restarted

pytestmark = pytest.mark.timeout(3600)

MAGIC_AT = 4092  # in the first sector of a block: two bytes by which SPIFFS knows its own


@pytest.mark.parametrize("name", CLASSES)
def test_nothing_is_lost(name):
    tally = cut_and_restart(*CLASSES[name](), 4)
    assert len(tally.cuts) == tally.count(BEFORE) + tally.count(AFTER) == 4
    assert not any(cut.formatted or cut.hurt for cut in tally.cuts)


@pytest.fixture(scope="module")
def formatted():
    """A flash as the firmware leaves it at its first start."""
    emulator = powered(b"\xff" * 0x1000000)
    emulator.run_to_repl(interrupt=True, wall=600)
    return bytes(emulator.flash.data)


def test_one_block_without_its_mark_is_emptied_two_are_a_format(formatted):
    """When the firmware formats: two blocks that SPIFFS does not know. A cut leaves one at most, the one in work."""
    flash = bytearray(formatted)
    for block, formats in ((20, False), (21, True)):
        at = FILES_AT + block * BLOCK_BYTES + MAGIC_AT
        flash[at : at + 2] = b"\0\0"
        found = restarted(bytes(flash))
        assert found is not None
        assert found.formatted is formats
