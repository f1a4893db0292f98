"""Sound on the real firmware: what comes out of I2S0, and what the loop does meanwhile.

Needs MAIXPY_FIRMWARE, the path of a MaixPy image (tools/k210/README.md).
"""

import numpy as np
import pytest
from madeleine.device import sounds
from madeleine.model import find_model
from madeleine.sounds.wav import RATE_HZ, in_wav

from tests.firmware import on_firmware  # noqa: F401
from tests.firmware.harness import Camera, flash_of, packed_app, photo

pytestmark = pytest.mark.timeout(3600)

SAMPLES = (np.arange(RATE_HZ) % 251 - 125).astype("<i2").tobytes()  # a second; no block is like another
HOLD_MS = sounds.WAIT_MS + 30  # longer than a turn without a sound: the wait, and the block that is read and doubled


class Watched:
    """A camera that has been taught a cat, and the times of its pictures."""

    def __init__(self):
        files = packed_app() | {"voice/cat.wav": in_wav(SAMPLES, RATE_HZ, 1)}
        self.camera = Camera(flash_of(files, find_model("madeleine").read_bytes()))
        self.picture = photo("singles", "bird", "0.jpg")
        self.times = []
        self.camera.emulator.dvp.source = self._lens
        self.camera.ready()

    def _lens(self, _):
        emulator = self.camera.emulator
        self.times.append(emulator.cycles * 1000 / emulator.cpu_freq)
        return self.picture

    def turns_ms(self, ms):
        """The longest and the mean turn while it runs on for so long."""
        self.times.clear()
        self.camera.run(ms)
        gaps = np.diff(self.times)
        return gaps.max(), gaps.mean()

    def played(self):
        """What has come out of I2S0 since the last call."""
        pcm = self.camera.emulator.i2s[0].pcm
        heard = bytes(pcm)
        pcm.clear()
        return heard


def words(name):
    return b"".join(sounds.beep(name))


@pytest.fixture(scope="module")
def watched():
    return Watched()


def test_a_lesson_and_a_refusal_beep(watched):
    watched.camera.tell(do="learn", name="bird")
    watched.camera.event("learned", within_ms=8000)
    watched.camera.run(1500)
    assert watched.played() == words("learned") + words("seen")
    watched.camera.tell(do="forget", name="unknown")
    watched.camera.event("refused")
    watched.camera.run(500)
    assert watched.played() == words("refused")
    assert abs(watched.camera.emulator.i2s[0].sample_hz() - sounds.BEEP_HZ) < 10


def test_a_voice_is_played_to_its_end_while_the_loop_goes_on(watched):
    camera = watched.camera
    watched.picture = photo("singles", "cat", "0.jpg")
    camera.run(1000)
    camera.tell(do="learn", name="cat", value=1)
    camera.event("learned", within_ms=8000)
    quiet_longest, quiet = watched.turns_ms(3000)
    watched.picture = photo("singles", "bird", "0.jpg")
    camera.run(2000)
    watched.played()
    watched.picture = photo("singles", "cat", "0.jpg")
    camera.event("seen")
    longest, mean = watched.turns_ms(1600)
    print(f"a turn: {quiet:.0f} ms, at most {quiet_longest:.0f}; with a voice {mean:.0f}, at most {longest:.0f}")
    pairs = np.frombuffer(watched.played(), "<i2")
    assert (pairs[::2] == pairs[1::2]).all() and pairs[::2].tobytes().rstrip(b"\0") == SAMPLES.rstrip(b"\0")
    assert longest <= quiet_longest + HOLD_MS
    assert not [line for line in camera.said if '"sound"' in line and "error" in line]
