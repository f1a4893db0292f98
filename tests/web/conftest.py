"""A served virtual board with the small model of the drawings, and a tab of its page that says and hears everything."""

import json
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("starlette", reason="the page's server needs the extra `web`")

from madeleine.camera import json_lines
from madeleine.model import find_model
from madeleine.sim import scenes
from madeleine.web.camera import Camera
from madeleine.web.process import Setup
from madeleine.web.server import Server
from madeleine.web.tabs import Tabs
from playwright.sync_api import Browser, Page
from websockets.sync.client import ClientConnection, connect

from tests.web.browser import chromium, program, visit
from tests.web.command_process import running
from tests.web.person import begin
from tests.web.webcam import write_film

DEADLINE_S = 60.0  # for anything that has to come; the machine may be busy
HELLO = {"version": "0", "model": "tour", "build": "v0.5.0_9", "board": "m5stickv", "scenes": ["cup"], "capacity": 250}

Event = dict[str, Any]


@dataclass
class Served:
    """Where the page is, and what is behind it."""

    port: int
    camera: Camera
    server: Server
    tabs: Tabs

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


class Tab:
    """One tab: says, and waits for what has to come."""

    def __init__(self, connection: ClientConnection, shows: bool = True) -> None:
        self.connection = connection
        self.shows = shows  # screens, and says so
        self.screens = 0  # that came
        self.number = 0  # of the last picture
        self.heard: list[Event] = []
        self.screen = b""  # the last that came
        self._lines: deque[str] = deque()  # of the board on USB, since something was said to it

    def say(self, **order: Any) -> None:
        self._lines.clear()
        self.connection.send(json.dumps(order))

    def show(self, pixels: Any) -> int:
        """Holds a picture (or a scene's name) before the lens and waits until it was seen; its number."""
        self.number += 1
        data = scenes.scene(pixels) if isinstance(pixels, str) else pixels
        self.connection.send(struct.pack("<I", self.number) + data.tobytes())
        self.until("turn", lambda turn: turn["frame"] == self.number)
        return self.number

    def next(self) -> Event:
        """The next event; of screens the last one is kept."""
        while isinstance(message := self.connection.recv(timeout=DEADLINE_S), bytes):
            self._show(message)
        self._hear(json.loads(message))
        return self.heard[-1]

    def _show(self, screen: bytes) -> None:
        self.screen = screen
        self.screens += 1
        if self.shows:
            self.connection.send('{"do": "shown"}')

    def _hear(self, event: Event) -> None:
        self.heard.append(event)
        if event["event"] == "said":
            out = [line["text"] for line in event["lines"] if (line["port"], line["way"]) == ("usb", "out")]
            self._lines.extend(out)

    def until(self, event: str, fits: Callable[[Event], bool] = lambda event: True) -> Event:
        """The next event of a kind that fits."""
        end = time.monotonic() + DEADLINE_S
        while time.monotonic() < end:
            found = self.next()
            if found["event"] == event and fits(found):
                return found
        raise AssertionError(f"no fitting {event!r} within {DEADLINE_S} s; heard {self.heard[-5:]}")

    def knows(self, fits: Callable[[Event], bool]) -> Event:
        """What is on flash, as it was told last or will be told, as soon as it fits."""
        told = [event for event in self.heard if event["event"] == "knows"]
        return told[-1] if told and fits(told[-1]) else self.until("knows", fits)

    def until_screen(self, fits: Callable[[bytes], bool]) -> None:
        """Waits for a screen that fits, if the last one does not."""
        end = time.monotonic() + DEADLINE_S
        while time.monotonic() < end:
            if self.screen and fits(self.screen):
                return
            message = self.connection.recv(timeout=DEADLINE_S)
            if isinstance(message, str):
                self._hear(json.loads(message))
            else:
                self._show(message)
        raise AssertionError(f"no fitting screen within {DEADLINE_S} s")

    def power(self, power: str) -> Event:
        return self.until("state", lambda state: state["power"] == power)

    def press(self, name: str) -> None:
        self.say(do="button", name=name, down=True)
        self.say(do="button", name=name, down=False)

    def usb(self, line: str, event: str) -> Event:
        """Says a line to the board, and what it answers."""
        self.say(do="usb", line=line)
        return self.hears(event)

    def hears(self, event: str) -> Event:
        """The next message of the board on USB of that kind."""
        while True:
            while self._lines:
                message = json_lines.parse(self._lines.popleft())
                if message is not None and message["event"] == event:
                    return message
            self.until("said")


@contextmanager
def serving(flash: Path | None = None, pose: bytes | None = None, helpers: int = 0) -> Iterator[Served]:
    """A server in a thread of its own, on a free port."""
    camera = Camera(Setup("v0.5.0_9", "m5stickv", find_model("tour"), flash, pose=pose), helpers)
    tabs = Tabs(HELLO)
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        server = Server(camera, tabs, "127.0.0.1", listener)
        thread = threading.Thread(target=server.serve_all)
        thread.start()
        try:
            yield Served(listener.getsockname()[1], camera, server, tabs)
        finally:
            server.should_exit = True
            camera.end()
            thread.join(DEADLINE_S)
            camera.close()


@contextmanager
def opened(served: Served, shows: bool = True, **options: Any) -> Iterator[Tab]:
    """A tab of the page."""
    options = {
        "origin": served.address,
        "max_size": None,
        "max_queue": None,
        **options,
    }  # a full queue would hold up closing
    with connect(f"ws://127.0.0.1:{served.port}/live", **options) as connection:
        yield Tab(connection, shows)


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    """One for all tests of a module: a test leaves the board switched on."""
    with serving() as served:
        yield served


@pytest.fixture
def tab(served: Served) -> Iterator[Tab]:
    """A tab that holds the lens of a board that has nothing learned."""
    with opened(served) as tab:
        tab.until("turn")
        tab.say(do="lens")
        tab.usb("*link json", "set")
        tab.usb("*limit 200", "set")
        tab.usb('{"do": "reset", "value": "yes"}', "reset")
        yield tab


@pytest.fixture
def another(served: Served) -> Callable[[], Any]:
    """Opens further tabs."""
    return lambda **options: opened(served, **options)


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the browser's webcam shows."""
    return write_film(tmp_path_factory.mktemp("webcam") / "film.y4m")


@pytest.fixture(scope="module")
def browser(film: Path) -> Iterator[Browser]:
    """A real one, for which the name evil.example leads to this machine; closed before other modules' event loops."""
    if program() is None:
        pytest.skip("no browser: apt-get install chromium")
    with chromium(film, ["evil.example"]) as browser:
        yield browser


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where `madeleine web` has its page, for a module's tests in the browser; a test leaves the board switched on.

    It ends with the module: a board that nobody looks at takes a fourteenth of a core, in each of the workers.
    """
    with running("--model", "tour") as address:
        yield address


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A tab of a camera that knows nothing."""
    with visit(browser, address) as page:
        begin(page)
        yield page
