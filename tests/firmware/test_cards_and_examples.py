"""Printed cards before the firmware's own reader, and a draft on its own flash."""

import json
import zlib
from base64 import b64encode

import numpy as np
import pytest
import segno
from madeleine.cards.code import code
from madeleine.cards.deck import deck
from madeleine.sim.cards import payloads
from PIL import Image

from tests.firmware import on_firmware  # noqa: F401
from tests.firmware.harness import Camera, photo
from tests.sim.test_cards import picture

pytestmark = pytest.mark.timeout(1800)

READ = "import sensor\nsensor.snapshot()\nprint(*[code.payload() for code in sensor.snapshot().find_qrcodes()])"
READ_BYTES = """
import sensor, ubinascii
sensor.snapshot()
print(*["=" + ubinascii.hexlify(code.payload().encode()).decode() for code in sensor.snapshot().find_qrcodes()])
"""
VECTORS = [bytes((seed * 37 + i * (seed + 3)) % 128 for i in range(768)) for seed in range(6)]


@pytest.fixture
def camera():
    camera = Camera()
    camera.look(photo("singles", "cat", "0.jpg"))
    camera.ready()
    return camera


def card(text):
    """A card as at the distance it is made for: 165 of the picture's 224 pixels."""
    cells = 1 - np.pad(np.array(code(text).matrix, np.uint8), 4)
    picture = Image.new("L", (224, 224), 150)
    side = max(165, round(165 / 37 * len(cells)))
    picture.paste(Image.fromarray(cells * 230).resize((side, side), Image.Resampling.BOX), ((224 - side) // 2,) * 2)
    return np.repeat(np.asarray(picture)[:, :, None], 3, 2)


def test_the_firmware_reads_the_deck(camera):
    camera.interrupt()
    for text in deck(["cup", "りんご"]):
        camera.look(card(text))
        assert camera.at_the_prompt(READ).splitlines()[-1] == text


def test_the_virtual_board_reads_as_the_firmware_does(camera):
    camera.interrupt()
    sequence = segno.make_sequence("cup and saucer and spoon and fork", version=1)
    codes = [segno.make(text, micro=False) for text in ("100", "CUP", "りんご", "café", b"cup\0", b"cup\0pen")]
    codes += [*sequence, segno.make("苹果", mode="hanzi", micro=False), segno.make("りんごA", micro=False)]
    codes += [segno.make("cup", micro=True), segno.make("café", encoding="latin1", eci=True, micro=False)]
    views = [view for code in codes for view in (picture(code), picture(code, mirrored=True))]
    for view in views:
        camera.look(view)
        assert camera.at_the_prompt(READ_BYTES).splitlines()[-1].split() == [
            "=" + payload.hex() for payload in payloads(view)
        ]


def test_a_draft(camera):
    """Begun, cut, begun again and committed; what was there counts until then."""
    camera.tell(do="learn", name="cat", id=1)
    camera.event("learned")
    put(camera, VECTORS[:2])
    camera.reset()
    assert camera.ready()["examples"] == 1
    put(camera, VECTORS)
    checksum = zlib.crc32(b"".join(b"box" + vector for vector in VECTORS))
    camera.tell(do="commit", value=f"{checksum:08x}", id=2)
    assert camera.event("committed", within_ms=20_000)["examples"] == len(VECTORS)
    camera.reset()
    assert camera.ready()["examples"] == len(VECTORS)
    camera.tell(do="export", id=3)
    assert camera.event("exported", within_ms=20_000)["checksum"] == f"{checksum:08x}"


def put(camera, vectors):
    camera.tell(do="begin", id="b")
    camera.event("begun", within_ms=10_000)
    for vector in vectors:
        line = {"do": "learn", "name": "box", "vector": b64encode(vector).decode(), "draft": True, "id": "p"}
        camera.emulator.send(json.dumps(line).encode() + b"\n")
        camera.event("drafted", within_ms=10_000)
