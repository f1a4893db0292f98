"""The board's own process: runs the virtual board in real time, does what the server orders, tells what happens.

A process, because the virtual board changes its interpreter (sys.stdout, sys.path, sys.modules), and because the KPU's
arithmetic must not hold up the server. It ends when the server's end of the connection does, however that comes about.

What goes to the server: bytes are a screen; a dict with "event" is for the page as it is, but for `frame` and `taken`,
which are [tab, number]; ("usb", bytes) is for the line to the camera that the server has opened.
"""

import base64
import signal
import tempfile
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, cast

import numpy as np

from madeleine.camera.json_lines import Splitter, parse
from madeleine.camera.redact import without_code, without_password
from madeleine.device import constants
from madeleine.errors import ToolError
from madeleine.model.identity import is_upside_down, name_of_model, scale_of_model
from madeleine.paths import board_files
from madeleine.sim.board import VirtualBoard
from madeleine.sim.power import Misuse, PowerCut, PowerOff
from madeleine.sim.scenes import SIDE_PX, scene
from madeleine.sim.storage import Storage
from madeleine.sim.world import PANEL_PX, Scene, World
from madeleine.sounds.wav import in_wav
from madeleine.web.ahead import Ahead, as_loaded
from madeleine.web.dialog import asked
from madeleine.web.eyes import Eyes
from madeleine.web.fingers import Fingers
from madeleine.web.learner import Learner
from madeleine.web.messages import Order

LENS = "lens"  # names of pictures that came from outside: "lens TAB NUMBER"
LATE_MAX_MS = 1000  # a suspended computer's board wakes up as it fell asleep
RATE_S = 2.0
WAITING_BYTES = 16384  # typed while nobody reads; the rest is lost, as on a cable
SAID_CHARS = 2048  # of a line
SOUND_MAX_BYTES = 1 << 20
TORN_BYTES = 8  # of the next record, which is longer: the plug is pulled in the middle of it
Picture = tuple[int, int, bytes]  # tab, number, pixels
DARK = bytes(3 * PANEL_PX[0] * PANEL_PX[1])
ENDED = {"off": "off", "cut": "unplugged", "prompt": "prompt"}
POSE = "pose"  # what the buttons are for in the pose mode, as `menu` in the menu: the page has words for it
FUSE = "fuse"  # a word of the page: the plug will be pulled in the middle of what is written next


@dataclass(frozen=True)
class Setup:
    """Which board: its build (sim/builds.py), its model, and the folder of its flash, None for a passing one."""

    build: str
    board: str
    model: Path
    flash: Path | None = None
    writings: tuple[str, ...] = ()  # whose letters it has, beside Latin, Greek and Cyrillic
    pose: bytes | None = None  # a network for the pose mode


def run(connection: Connection, setup: Setup, helpers: Sequence[Connection] = ()) -> None:
    """What the process does; `helpers` lead to those of ahead.py."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in the terminal is the server's to answer
    with ExitStack() as stack:
        try:
            flash = setup.flash or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="madeleine-")))
            board = VirtualBoard(flash, build=setup.build, board=setup.board, model=setup.model, pose=setup.pose)
            board.install(board_files(), setup.writings)
        except (OSError, ToolError) as error:  # a full disk, a file that is no good
            connection.send({"event": "state", "power": "fault", "text": f"The board cannot start: {error}"})
            return
        Operator(connection, board, helpers).run()


class Operator:
    """The board's hands, eyes and ears: switches it, directs its world, obeys the server."""

    def __init__(self, connection: Connection, board: VirtualBoard, helpers: Sequence[Connection]) -> None:
        self._connection = connection
        self._later: deque[Order] = deque()  # orders that came while the KPU was at work
        self._board = board
        self._world = board.world
        self._world.eyes = self._eyes = Eyes()
        self._world.scene = Scene(LENS, scene("desk"))
        self._things = self._eyes.load(self._world.kmodels[constants.MODEL_ADDRESS])  # not a network of the pose mode
        self._learner = self._learner_of_model()
        model = as_loaded(self._things, self._world.build)
        self._eyes.ahead = Ahead(helpers, model, connection, self._hear_picture)
        self._power = "on"  # or off, unplugged, prompt, fault
        self._next: str | None = None  # the same: what an order has made of it while the board ran
        self._running = False
        self._over = False  # the server has gone
        self._error: Exception | None = None  # of this program, which the app must not take for one of its own
        self._picture: Scene | None = None  # the newest that has not been before the lens
        self._fingers = Fingers(self._world.pressed)
        self._began_s = 0.0  # when the virtual clock stood at zero
        self._turns_s: deque[float] = deque()  # when those of the last seconds ended
        self._screen = b""
        self._line_open = False
        self._usb, self._grove = Splitter(), b""
        self._orders: dict[str, Callable[[Order], None]] = {
            "power": self._switch,
            "reset": self._reset,
            "plug": self._plug,
            "unplug": self._unplug,
            "button": self._press,
            "usb": self._send_line,
            "interrupt": lambda _: self._type(b"\x03"),
            "type": lambda order: self._type(order["data"]),
            "line": self._open_line,
            "end": self._end,
        }

    def _learner_of_model(self) -> Learner:
        black = Scene("black", np.zeros((SIDE_PX, SIDE_PX, 3), np.uint8))
        outputs = self._eyes.forward(self._things, black)
        return Learner(name_of_model(outputs), scale_of_model(outputs), is_upside_down(outputs))

    def run(self) -> None:
        """Until the server has gone."""
        while not self._over and self._error is None:
            if self._power == "on":
                self._live()
            else:
                self._guarded(lambda: self._obey(self._next_order()))
        if self._error is not None:
            raise self._error

    def _guarded(self, act: Callable[[], None]) -> None:
        """Acts; nothing but the end of the board's run gets out."""
        try:
            act()
        except (EOFError, OSError):
            self._over = True
        except Exception as error:
            self._error = error

    # -- one run of the board ---------------------------------------------------------------------------------

    def _live(self) -> None:
        """From power-on until it stops."""
        self._usb, self._grove = Splitter(), b""
        self._world.usb_in[:] = b""
        self._learner.restart()
        self._turns_s.clear()
        self._began_s = time.monotonic() - self._world.now_ms / 1000
        self._guarded(self._tell_state)
        self._next, self._running = None, True
        text = ""
        try:
            ended = ENDED[self._board.boot(self._direct, self._look)]
        except Misuse as misuse:
            ended, text = "fault", str(misuse)
        self._running = False
        self._power = self._next or ended
        self._guarded(lambda: self._tell_end(text))

    def _direct(self, world: World) -> None:
        """Called by the world before each picture, and for every 50 ms the board sleeps."""
        self._in_the_world(self._act)

    def _look(self, button: str) -> None:
        """Called by the world before the app reads a button: a finger need not wait for the next picture."""
        self._in_the_world(self._hear)
        self._fingers.look(button)

    def _in_the_world(self, act: Callable[[], None]) -> None:
        self._guarded(act)
        if self._over or self._error is not None:
            raise PowerOff

    def _act(self) -> None:
        self._tell()
        if self._picture is not None:  # one that comes now is worked out ahead, for the next turn
            self._world.scene, self._picture = self._picture, None
        self._keep_time()

    def _keep_time(self) -> None:
        """The virtual clock follows the one on the wall, and what comes meanwhile is done."""
        late_ms = int((time.monotonic() - self._began_s) * 1000) - self._world.now_ms
        if late_ms > LATE_MAX_MS:
            self._began_s += (late_ms - LATE_MAX_MS) / 1000
            late_ms = LATE_MAX_MS
        due_s = time.monotonic() - min(late_ms, 0) / 1000
        self._hear(due_s)
        if late_ms > 0:
            self._world.pass_ms(self._fingers.clock_ms(late_ms, time.monotonic()))

    def _hear(self, until_s: float = 0.0) -> None:
        """Does what has come, and what comes until then."""
        while self._later or self._connection.poll(max(0.0, until_s - time.monotonic())):
            self._obey(self._next_order())

    def _next_order(self) -> Picture | Order:
        return self._later.popleft() if self._later else self._connection.recv()

    def _hear_picture(self) -> bool:
        """Takes what has come while the app waits: orders are for later. False: the server has gone."""
        try:
            order = self._connection.recv()
        except (EOFError, OSError):
            return False
        if isinstance(order, tuple):
            self._obey(order)
        else:
            self._later.append(order)
        return True

    # -- orders -----------------------------------------------------------------------------------------------

    def _obey(self, order: Picture | Order) -> None:
        if isinstance(order, tuple):
            tab, number, pixels = order
            rows = np.frombuffer(pixels, np.uint8).reshape(SIDE_PX, SIDE_PX, 3)
            self._picture = Scene(f"{LENS} {tab} {number}", rows)
            self._eyes.expect(self._world.painter.turned(self._picture, *self._world.flips))
        else:
            self._orders[order["do"]](order)

    def _end(self, _: Order) -> None:
        raise EOFError

    def _become(self, power: str) -> None:
        if self._running:
            self._next = power
            raise PowerCut if power == "unplugged" else PowerOff
        self._power = power
        if power != "on":
            self._tell_end("")

    def _switch(self, order: Order) -> None:
        if order["on"] and self._power in ("off", "prompt", "fault"):
            self._become("on")
        elif not order["on"] and self._power not in ("off", "unplugged"):
            self._become("off")

    def _reset(self, _: Order) -> None:
        if self._power not in ("off", "unplugged"):
            self._become("on")

    def _plug(self, _: Order) -> None:
        if self._power == "unplugged":
            self._become("on")

    def _unplug(self, order: Order) -> None:
        if self._running and "during" in order:
            self._storage().cut_after(TORN_BYTES)
            self._tell_state(FUSE)
        elif self._power != "unplugged":
            self._become("unplugged")

    def _press(self, order: Order) -> None:
        self._fingers.move(order["name"], order["down"], order["at_s"])
        if not self._running:
            self._fingers.at_once()

    def _send_line(self, order: Order) -> None:
        self._say("usb", "in", [without_code(order["line"])])
        self._type(order["line"].encode() + b"\r")

    def _open_line(self, order: Order) -> None:
        self._line_open = order["open"]

    def _type(self, data: bytes) -> None:
        if self._running and len(self._world.usb_in) + len(data) <= WAITING_BYTES:
            self._world.usb_in.extend(data)

    # -- what is told -----------------------------------------------------------------------------------------

    def _tell_event(self, event: str, **fields: Any) -> None:
        self._connection.send({"event": event, **fields})

    def _tell_state(self, text: str = "") -> None:
        self._tell_event("state", power=self._power, text=text)

    def _tell_end(self, text: str) -> None:
        self._tell()
        self._tell_state(text)

    def _tell(self) -> None:
        """All that has happened since the last time."""
        name = self._eyes.taken()
        picture = name.startswith(LENS)
        mark = [int(number) for number in name.split(" ")[1:]] or None
        if picture:
            self._learner.see(None if self._looks_for_bodies() else self._eyes.outputs)
        self._tell_flash(mark)
        self._tell_said()
        if picture and self._running:
            self._tell_turn(mark)
        self._tell_screen()

    def _looks_for_bodies(self) -> bool:
        return self._eyes.model is not self._things

    def _tell_said(self) -> None:
        data = bytes(self._world.usb_out)
        self._world.usb_out[:] = b""
        if data and self._line_open:
            self._connection.send(("usb", data))
        lines = self._usb.feed(data)
        for line in lines:
            self._learner.listen(line)
        self._say("usb", "out", [line for line in lines if not (self._line_open and _is_answer(line))])
        *messages, rest = (self._grove + bytes(self._world.grove_out)).split(b"\0")
        self._grove = rest[-SAID_CHARS:]
        self._world.grove_out[:] = b""
        texts = [without_password(message.decode("utf-8", "replace")) for message in messages]
        for text in texts:
            self._learner.hear(text)
        self._say("grove", "out", texts)
        for sound in self._world.sounds:
            self._tell_event("sound", name=sound.removesuffix(".wav"), wav=self._wav(sound))
        self._world.sounds.clear()
        for rate_hz, words in self._world.beeps:
            self._tell_event("sound", name="", wav=base64.b64encode(in_wav(words, rate_hz)).decode())
        self._world.beeps.clear()

    def _say(self, port: str, way: str, texts: list[str]) -> None:
        lines = [{"port": port, "text": text[:SAID_CHARS], "way": way} for text in texts]
        if lines:
            self._tell_event("said", lines=lines)

    def _wav(self, name: str) -> str | None:
        data = self._storage().files.get("voice/" + name, b"")
        return base64.b64encode(data).decode() if 0 < len(data) <= SOUND_MAX_BYTES else None

    def _tell_flash(self, mark: list[int] | None) -> None:
        before = self._learner.keys
        if self._line_open:  # a draft that grows line by line (docs/FORMATS.md) means nothing yet
            return
        if not self._learner.look(self._storage().files):
            return
        self._tell_event("knows", **self._learner.knows())
        learned = self._learner.learned(before)
        if learned is not None:
            self._tell_event("learned", **learned, frame=mark)

    def _tell_turn(self, mark: list[int] | None) -> None:
        now_s = time.monotonic()
        self._turns_s.append(now_s)
        while now_s - self._turns_s[0] > RATE_S:
            self._turns_s.popleft()
        seconds = now_s - self._turns_s[0]
        self._tell_event(
            "turn",
            frame=mark,
            fps=round((len(self._turns_s) - 1) / seconds, 1) if seconds else 0.0,
            led=[self._world.leds[colour] for colour in "rgb"],
            backlight=self._world.backlight,
            asks=POSE if self._looks_for_bodies() else asked(self._world.shown),
            **self._learner.turn(),
        )

    def _tell_screen(self) -> None:
        lit = self._world.panel_on and self._power not in ("off", "unplugged")
        screen = self._world.panel.tobytes() if lit else DARK
        if screen != self._screen:
            self._screen = screen
            self._connection.send(screen)

    def _storage(self) -> Storage:
        return cast(Storage, self._world.flash)  # every board has one


def _is_answer(line: str) -> bool:
    """To a program that asks through the line; a person at the page writes no marks."""
    message = parse(line)
    return message is not None and "id" in message
