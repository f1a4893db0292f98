"""Our own network on the real firmware: all its outputs, the same bytes as on the desk.

Needs MAIXPY_FIRMWARE, the path of a MaixPy image (tools/k210/README.md).
"""

import zlib

import pytest
from k210 import Emulator
from madeleine.kpu import Network
from madeleine.model import find_model

from tests.firmware import on_firmware  # noqa: F401
from tests.firmware.harness import MODEL_ADDRESS, firmware, photo

pytestmark = pytest.mark.timeout(600)

READY = """
import sensor, ubinascii
import KPU as kpu
task = kpu.load(%d)
sensor.reset()
sensor.set_pixformat(sensor.RGB565)
sensor.set_framesize(sensor.QVGA)
sensor.set_windowing((224, 224))
sensor.run(1)
picture = sensor.snapshot()
"""
CHECKSUM = "print(ubinascii.crc32(bytes(memoryview(kpu.forward(task, picture, %d)))[:%d]) & 0xffffffff)"


def test_our_network_gives_the_bytes_of_the_desk():
    model = find_model("madeleine").read_bytes()
    emulator = Emulator(firmware())
    emulator.flash_write(MODEL_ADDRESS, model)
    seen = photo("singles", "cat", "0.jpg")
    emulator.inject_frame(seen)
    emulator.run_to_repl(interrupt=True)
    emulator.exec(READY % MODEL_ADDRESS)
    expected = Network.parse(model).outputs_bytes(seen)
    assert [len(output) for output in expected] == [768, 37632, 4]
    for index, output in enumerate(expected):
        assert int(emulator.exec(CHECKSUM % (index, len(output)))) == zlib.crc32(output)
