"""A piece of a long life on the real firmware: nothing fails, no memory is lost. bench/endurance.py lives longer.

Needs MAIXPY_FIRMWARE, the path of a MaixPy image (tools/k210/README.md).
"""

import pytest

from bench.long_life import Life, events
from tests.firmware import on_firmware  # noqa: F401
from tests.firmware.prompt import MODEL

pytestmark = pytest.mark.timeout(3600)
EXAMPLES = 248  # of 250 places
CARD_READER_BYTES = 716_800  # of the system heap, in one piece
SPARE_BYTES = 24_000  # of the heap, after a collection: the largest line of the host and what is made of it, twice
DRIFT_BYTES = 4_000  # names and numbers that happen to be kept; a leak would be this much in a hundred turns


def test_nothing_is_lost():
    camera = Life(MODEL.read_bytes(), EXAMPLES)
    reports = list(camera.live(turns=300))
    assert camera.emulator.resets == 0
    assert not any("Traceback" in line or "Error" in line for line in camera.said), camera.tail()
    said = {event["event"] for event in events(camera.said)}
    assert {"ready", "learned", "undone", "status", "list", "card", "exported"} <= said
    assert "error" not in said
    early, late = reports[1], reports[-1]
    assert late.turn >= early.turn + 150
    assert late.system >= CARD_READER_BYTES
    assert late.heap > SPARE_BYTES
    assert late.heap > early.heap - DRIFT_BYTES
