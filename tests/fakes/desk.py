"""An app on a board of plain Python and on flash in memory, for tests."""

import json
import sys
from types import SimpleNamespace

import app as app_module
import features
import loudspeaker
from app import App
from distance import Scale
from engines import Plain
from heat import Sums
from plain_rows import Plain as PlainRows
from vectors import on_heap
from vision import PartError

from tests.fakes.flash import Flash

HALF = features.LENGTH // 2
CUP, PEN = bytes([90, 10]) * HALF, bytes([10, 90]) * HALF
SCALE = Scale(128, 110)
CONTRASTS = b"\x11\x11\xee\xee\xee\xee" * (224 * 224 // 3 + 1)  # RGB565: dark and light pixels, sharp
BLACK = bytes(2 * 224 * 224)


class Part:
    """A part of the board: as `device` or `vision` gives it to the app, and no more of it than the app uses."""

    def __init__(self, board):
        self._board = board


class Camera(Part):
    def start(self):
        self._answer("camera: no answer")
        self._board.told.append(("camera", "started"))

    def snapshot(self):
        self._answer("camera: no picture")
        self._board.clock_ms += 50
        return Picture(self._board.view, self._board.pixels)

    def turn(self):
        self._board.told.append(("camera", "turned"))

    def _answer(self, trouble):
        if self._board.silent:
            self._board.silent -= 1
            raise PartError(trouble)


class Network(Part):
    last_map = None  # it gives none

    def load(self):
        pass

    def features(self, picture, example):
        example[:] = picture.view

    def wants_upside_down(self, picture):
        return False

    def identity(self, picture):
        return "0badcafe"

    def scale(self):
        return SCALE

    def former_identities(self, picture):
        return []


class Panel(Part):
    width, height = 224, 135
    image = None  # so that the letters are the firmware's

    def message(self, lines):
        self._board.told.append(("panel", *lines))

    def turn(self):
        self._board.told.append(("panel", "turned"))

    def canvas(self, picture):
        self._canvas = picture
        return picture

    def show(self):
        self._board.texts = self._canvas.texts


class Lights(Part):
    def show(self, colour):
        self._board.light = colour


class Speaker(Part):
    """It plays at once what it is given: `sounds` are the words, and the milliseconds that the app waited for them."""

    def __init__(self, board):
        super().__init__(board)
        self.voices, self.rate_hz, self.sounds, self._until_ms = [], None, [], 0

    def tune(self, rate_hz):
        assert self._board.clock_ms >= self._until_ms, "still playing"
        self.rate_hz = rate_hz

    def play(self, words):
        if "sound" in self._board.broken:
            raise PartError("sound: broken")
        words = bytes(words)
        waited_ms = max(0, self._until_ms - self._board.clock_ms)
        self._board.clock_ms += waited_ms
        self._until_ms = self._board.clock_ms + len(words) // 4 * 1000 // self.rate_hz
        self.sounds.append((words, waited_ms))


class Grove(Part):
    def open(self, baud):
        self._board.told.append(("baud", baud))

    def waiting(self):
        return len(self._board.grove_in)

    def read(self):
        sent, self._board.grove_in = self._board.grove_in, b""
        return sent

    def write(self, data):
        self._board.told.append(("grove", bytes(data)))


class Usb(Part):
    def write(self, text):
        text.encode()
        self._board.told += [("usb", line) for line in text.splitlines()]

    def read(self):
        typed, self._board.typed = self._board.typed, b""
        return typed


class Power(Part):
    def brightness(self, level):
        self._board.told.append(("brightness", level))

    def battery_mv(self):
        return self._board.millivolts

    def usb(self):
        return self._board.charger


class Watchdog(Part):
    def start(self, timeout_ms):
        self.feed()
        return self

    def feed(self):
        self._board.fed_ms = self._board.clock_ms

    feed_long = feed

    def stop(self):
        self._board.fed_ms = None


class Board:
    """The parts, and what the tests do to them and see of them; `told` is everything that came out, in order."""

    name = "Desk"

    def __init__(self):
        self.clock_ms = 5000
        self.view = CUP  # what the network makes of what the camera sees
        self.pixels = CONTRASTS
        self.told = []
        self.typed = self.grove_in = b""
        self.down = self.payload = None
        self.light, self.texts, self.fed_ms = None, [], None
        self.silent = 0  # how often the camera fails from now on
        self.broken = set()  # 'sound', 'cards'
        self.millivolts = 3725
        self.charger = False
        self.heap_note = ""
        self.buttons = SimpleNamespace(a=lambda: self.down == "A", b=lambda: self.down == "B")
        self.buttons.forget = self.buttons.settle = lambda: None
        self.camera, self.network, self.panel, self.lights = Camera(self), Network(self), Panel(self), Lights(self)
        self.speaker, self.grove, self.usb, self.power = Speaker(self), Grove(self), Usb(self), Power(self)
        self.watchdog = Watchdog(self)

    def find_card(self, picture):
        self.told.append(("looked for a card",))
        if "cards" in self.broken:
            raise PartError("cards are off")
        return self.payload


class Picture:
    def __init__(self, view, pixels):
        self.view, self.pixels, self.texts = view, pixels, []

    def draw_string(self, x, y, text, **_):
        if text not in self.texts:
            self.texts.append(text)

    def draw_rectangle(self, *_, **__):
        pass


class Nothing:
    """A null part."""

    def feed(self):
        pass

    voices = ()

    def tune(self, rate_hz):
        pass

    def play(self, words):
        pass


class Desk:
    """An app on a board, and on flash that outlives it."""

    def __init__(self, monkeypatch, board=None, flash=None):
        self.board = board or Board()
        self.flash = flash or Flash()
        device = SimpleNamespace(
            NoWatchdog=Nothing,
            NoSpeaker=Nothing,
            watchdog=self.board.watchdog.start,
            now_ms=lambda: self.board.clock_ms,
            sleep_ms=self.sleep_ms,
        )
        vision = SimpleNamespace(
            PartError=PartError,
            Network=lambda: self.board.network,
            fastest_engine=Plain,
            fastest_rows=PlainRows,
            fastest_sums=Sums,
            heap_bytes=lambda: None,
            find_card=self.board.find_card,
            pixels=lambda picture: picture.pixels,
        )
        monkeypatch.setattr(app_module, "device", device)
        monkeypatch.setattr(app_module, "vision", vision)
        monkeypatch.setattr(loudspeaker, "device", device)
        monkeypatch.setitem(sys.modules, "device", device)  # for start.py
        monkeypatch.setitem(sys.modules, "vision", vision)
        # What the app imports at a start alone, and then gives up.
        monkeypatch.setitem(sys.modules, "vectors", SimpleNamespace(choose=lambda run: (on_heap(), (0, 0))))
        monkeypatch.setitem(sys.modules, "sizing", SimpleNamespace(fit=lambda files: self.board.heap_note))
        self.slept_ms = 0
        self.app = App(self.board, self.flash)
        self.app.start()
        self.started = self.heard()

    def sleep_ms(self, ms):
        self.slept_ms += ms

    def turn(self, times=1):
        for _ in range(times):
            self.app.turn()
        return self.heard()

    def press(self, button):
        self.board.down = button
        told = self.turn()
        self.board.down = None
        return told + self.turn()

    def say(self, **fields):
        """A line of the host; the answers in the same turn."""
        self.board.typed += json.dumps(fields, ensure_ascii=False).encode() + b"\n"
        return [entry for entry in self.turn() if isinstance(entry, dict)]

    def heard(self):
        """Everything since the last call, lines on USB as objects, without looks for cards."""
        told, self.board.told[:] = list(self.board.told), []
        told = [entry for entry in told if entry[0] != "looked for a card"]
        return [json.loads(entry[1]) if entry[0] == "usb" and entry[1][0] == "{" else entry for entry in told]

    def examples(self):
        return [(label, bytes(vector)) for label, vector in self.app.memory.examples.items()]
