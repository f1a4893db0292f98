"""The Grove port on the real firmware: lines in, the port reopened at other speeds, a HuskyLens's knock and block.

Needs MAIXPY_FIRMWARE, the path of a MaixPy image (tools/k210/README.md).
"""

import json

import pytest
from husky import frame

from tests.firmware import on_firmware  # noqa: F401
from tests.firmware.harness import Camera, photo

pytestmark = pytest.mark.timeout(3600)

KNOCK, REQUEST = bytes.fromhex("55AA11002C3C"), bytes.fromhex("55AA11002030")
OK = bytes.fromhex("55AA11002E3E")
# A look at an idle port, at the prompt: bytes of the heap that a hundred of them take.
IDLE = """
import device, gc
grove = device.Grove((35, 34))
def looks(count):
    while count:
        grove.waiting()
        count -= 1
looks(1)
gc.collect()
gc.disable()
before = gc.mem_alloc()
looks(100)
print('took', gc.mem_alloc() - before)
"""


def asked(camera, data, ms=300):
    """What comes back on the Grove port."""
    camera.grove()
    camera.emulator.uarts[1].send(data)
    camera.run(ms)
    return camera.grove()


@pytest.fixture(scope="module")
def camera():
    camera = Camera()
    camera.look(photo("singles", "cat", "0.jpg"))
    camera.ready()
    return camera


def test_lines_and_then_a_huskylens(camera):
    camera.emulator.uarts[1].send(b"\n\xff\n" + b'{"do": "learn", "name": "cat", "id": 5}\n')
    camera.event("learned", within_ms=8000)
    camera.run(300)
    answer = json.loads(camera.grove().split(b"\0")[0])
    assert (answer["event"], answer["name"], answer["id"]) == ("learned", "cat", 5)
    camera.event("seen")
    for speed in ("husky115200", "husky", "json", "husky"):
        camera.tell(do="link", value=speed)
        camera.event("set", within_ms=8000)
    assert asked(camera, b"\x55\xaa\x11\x40" + KNOCK) == OK
    data = asked(camera, REQUEST)
    info, block = data[:16], data[16:]
    assert (info[:7], len(info)) == (bytes.fromhex("55AA110A290100"), 16)
    assert block == bytes.fromhex("55AA110A2A" + "A000 7800 E000 E000 0100".replace(" ", "")) + block[-1:]
    assert asked(camera, bytes.fromhex("55AA11072F010554455354008C"), ms=3000) == OK
    assert asked(camera, bytes.fromhex("55AA11002232"))[:6] == bytes.fromhex("55AA110A2900")


def test_an_id_that_a_client_chose_outlives_the_power(camera):
    """Id 7 is taught, and called owl; after a restart the block has it, and the cat has its 1."""
    camera.look(photo("singles", "owl", "0.jpg"))
    camera.run(2000)
    assert asked(camera, frame(0x36, b"\7\0"), ms=3000) == OK
    assert asked(camera, frame(0x2F, b"\7\3owl"), ms=3000) == OK
    camera.reset()
    camera.ready()
    camera.event("seen")
    assert asked(camera, REQUEST)[-3:-1] == b"\7\0"
    camera.look(photo("singles", "cat", "0.jpg"))
    camera.run(2000)
    assert asked(camera, REQUEST)[-3:-1] == b"\1\0"


def test_an_idle_port_takes_little_heap(camera):
    """A hundred looks took 6,464 bytes on v0.5.0_9."""
    camera.interrupt()
    assert int(camera.at_the_prompt(IDLE).split("took ")[1].split()[0]) < 100 * 100
