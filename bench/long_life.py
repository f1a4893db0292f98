"""A camera's long life: what happens to it, turn after turn, and how much memory is left.

The app is as it is installed; one line more in boot.py lets the board tell its free memory every fifty turns.
"""

import base64
import itertools
import json
import re
import zlib
from dataclasses import dataclass

import features
import numpy as np
from change import LEARN, SETTING, Change
from madeleine.fonts.make import font_files
from madeleine.kpu import Network
from madeleine.kpu.emulator.notes import has_notes
from madeleine.kpu.format.feature_outputs import MAP_OUTPUT
from memory import Memory
from store import Store

from tests.fakes.flash import Flash
from tests.firmware.harness import Camera, flash_of, packed_app, photo
from tests.firmware.prompt import card

EVERY = 50  # turns between two reports
TURN_MS = 95
EXPORT_MS = 60_000  # of 250 examples: a turn each, and a line of 1 KB, which takes 100 ms at 115,200 baud
BRIGHTEST = 31  # of an example's values: so long are the vectors of pictures, and longer ones take longer to measure
NAMES = ("cat", "owl", "cup", "key", "pen", "sun", "dog", "hat", "fox", "bee")
WATCH = """
def watch():
    import gc, micropython
    import KPU as kpu
    from device import Usb
    read = Usb.read
    turns = [0]
    def counted(usb):
        turns[0] += 1
        if turns[0] %% %d == 0:
            gc.collect()
            print('turn', turns[0])
            micropython.mem_info()
            kpu.memtest()
        return read(usb)
    Usb.read = counted
"""
START = b"main.run()"


@dataclass(frozen=True)
class Report:
    """What is free after a turn, in bytes, after a collection."""

    turn: int
    heap: int  # of the GC heap
    largest: int  # piece of it
    system: int  # of the firmware's own heap


def vector(network, picture):
    """The 768 bytes that the camera makes of a picture, uint8 (224, 224, 3)."""
    output = network.outputs_bytes(np.ascontiguousarray(picture))[0]
    if len(output) == features.LENGTH:
        return bytearray(output)
    example = bytearray(features.LENGTH)
    features.quantise(np.frombuffer(output, "<f4").tolist(), example)
    return example


def taught(model, count, settings=None):
    """The store's file with `count` examples of ten things and these settings, as the camera would have written it."""
    network = Network.parse(model)
    black = np.zeros(network.input_shape, np.uint8)
    outputs = network.outputs_bytes(black)
    identity = b"%08x" % zlib.crc32(outputs[MAP_OUTPUT] if has_notes(network.model) else vector(network, black))
    files = Flash()
    store = Store(files, identity, features.LENGTH)
    store.load(Memory(None, ()))
    for key, value in (settings or {}).items():
        store.apply(Change(SETTING, key, value))
    rng = np.random.default_rng(1)
    for number in range(count):
        view = bytearray(rng.integers(0, BRIGHTEST + 1, features.LENGTH, np.uint8).tobytes())
        store.apply(Change(LEARN, NAMES[number % len(NAMES)], view))
    return {name: bytes(content) for name, content in files.files.items()}


class Life(Camera):
    """A camera with this model and so many examples, on which everything that can be done is done again and again.

    `settings` are {key: value}; `writings` are fonts beside the Latin one, as `madeleine install --writing` has them.
    """

    def __init__(self, model, examples, settings=None, writings=()):
        app = packed_app() | font_files(*writings)
        app["boot.py"] = app["boot.py"].replace(START, (WATCH % EVERY).encode() + b"watch()\n" + START)
        super().__init__(flash_of({**taught(model, examples, settings), **app}, model))
        self.reports = []
        self._read = 0
        self._views = itertools.cycle([photo("singles", name, "0.jpg") for name in ("cat", "owl", "bird", "parrot")])
        self._cards = itertools.cycle(
            [card(text) for text in ("cup", "a name of 32 bytes, no less, no!", "*undo", "{}")]
        )
        self._exports = itertools.count()

    def live(self, turns):
        """From power-on until so many turns have gone by; yields the reports as they come."""
        self.look(next(self._views))
        self.ready()  # button A before that is a rescue
        told = 0
        for action in itertools.cycle((self.learn, self.ask, self.card, self.menu, self.host, self.export, self.noise)):
            action()
            self._listen()
            yield from self.reports[told:]
            told = len(self.reports)
            if told and self.reports[-1].turn >= turns:
                return

    def wait(self, turns):
        self.run(turns * TURN_MS)

    # -- what happens ---------------------------------------------------------------------------------------------

    def learn(self):
        """Teach by button, ask why, select the next class, take it back."""
        self.look(next(self._views))
        self.wait(8)
        self.press("A", 100)
        self.wait(8)
        self.tell(do="why", id=9)
        self.wait(8)
        self.press("B", 100)
        self.press("B", 100)
        self.press("A", 1000)
        self.wait(4)

    def ask(self):
        self.tell(do="status", id=1)
        self.tell(do="list", id=2)
        self.look(next(self._views))
        self.wait(10)

    def card(self):
        """A card is shown, then the thing, until it is learned; then it is taken back."""
        self.look(next(self._cards))
        self.wait(20)
        self.look(next(self._views))
        self.run(4000)
        self.tell(do="undo", id=3)
        self.wait(5)

    def menu(self):
        """Open, some lines down, one of them chosen, closed; it stays open over many pictures."""
        self.press("B", 1000)
        for _ in range(5):
            self.press("B", 100)
            self.wait(3)
        self.press("A", 100)
        self.wait(20)
        self.press("B", 1000)
        self.wait(4)

    def host(self):
        """A vector comes and goes, a setting changes, the gauge is set."""
        text = base64.b64encode(bytes(range(128)) * 6).decode()
        self.tell(do="learn", name="from afar", vector=text, id=4)
        self.wait(8)
        self.tell(do="forget", name="from afar", id=5)
        self.tell(do="brightness", value=5, id=6)
        self.tell(do="where", value="on", id=10)
        self.wait(8)
        self.tell(do="anchor", value=0, id=7)
        self.wait(8)

    def export(self):
        """All that is known, a line a turn; mostly cut short by a change."""
        self.tell(do="export", id=8)
        self.run(30 * TURN_MS if next(self._exports) % 5 else EXPORT_MS)

    def noise(self):
        self.emulator.send(bytes(range(128, 256)) + b"\n{\n")
        self.wait(10)

    # -- what is left ---------------------------------------------------------------------------------------------

    def _listen(self):
        """Take the reports that have come in whole."""
        lines = self.said[self._read :]
        starts = [at for at, line in enumerate(lines) if line.startswith("turn ")]
        for start, end in itertools.pairwise(starts):
            self.reports.append(_report(lines[start:end]))
        if starts:
            self._read += starts[-1]


def _report(lines):
    text = "\n".join(lines)
    return Report(
        int(re.search(r"turn (\d+)", text)[1]),
        int(re.search(r"free: (\d+)", text)[1]),
        32 * int(re.search(r"max free sz: (\d+)", text)[1]),
        int(re.search(r"free sys heap memory: (\d+)", text)[1]) * 1024,
    )


def events(lines):
    """What the app has said, as dicts."""
    return [json.loads(line) for line in lines if line.startswith("{") and line.endswith("}")]
