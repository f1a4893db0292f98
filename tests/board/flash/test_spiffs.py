"""The image of /flash is byte for byte what the firmware itself writes, and what does not fit is refused."""

import hashlib

import pytest
from madeleine.board.flash import spiffs
from madeleine.errors import ToolError

FREQ_CONF = bytes.fromhex("00a8cb180084d7170100000000000800")
# Of addresses 0xD00000 to 0xFFFFFF after MaixPy v0.5.0_9 had formatted them, written its own freq.conf, and run
# open('/flash/lib/x.py', 'wb').write(b'a' * 9000) and open('/flash/empty', 'wb') on the emulator.
WRITTEN_BY_THE_FIRMWARE = "cce69f9b06e092000167b24da012c2f1a604ea6ce6cb56baf378487c4e7ac3f0"


def test_it_is_what_the_firmware_writes() -> None:
    made = spiffs.image({"freq.conf": FREQ_CONF, "lib/x.py": b"a" * 9000, "empty": b""})
    assert hashlib.sha256(made).hexdigest() == WRITTEN_BY_THE_FIRMWARE


def test_a_file_goes_on_in_the_next_block_past_its_table() -> None:
    content = bytes(range(256)) * 16 * 40  # 41 pages, of which a block has 31
    made = spiffs.image({"long": content})
    pages = [made[at : at + spiffs.PAGE_BYTES] for at in range(0, len(made), spiffs.PAGE_BYTES)]
    places = [int.from_bytes(pages[1][at : at + 2], "little") for at in range(142, 142 + 2 * 41, 2)]
    assert 32 not in places and max(places) == 43, "page 32 is a table"
    assert b"".join(pages[place][5:] for place in places)[: len(content)] == content


def test_what_does_not_fit() -> None:
    with pytest.raises(ToolError, match="do not fit into /flash"):
        spiffs.image({"long": bytes(700 * spiffs.DATA_BYTES)})
