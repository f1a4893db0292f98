"""One conversation with a Chromium: commands and their answers, and events as they come, over its DevTools protocol."""

import json
import subprocess
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

PATIENCE_S = 60.0  # for an answer: a busy machine is slow, a dead browser closes the connection
FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --disable-dev-shm-usage --no-first-run --mute-audio "
    "--disable-background-networking --disable-component-update --disable-default-apps --disable-sync "
    "--disable-background-timer-throttling --disable-renderer-backgrounding --disable-backgrounding-occluded-windows "
    "--disable-features=Translate,MediaRouter,OptimizationHints --process-per-site --hide-scrollbars"
).split()

Event = dict[str, Any]


class DevToolsError(Exception):
    """What the browser answered instead of doing it."""


class DevTools:
    """A browser of our own; `listeners` are called with every event of their session (a tab; "" is the browser)."""

    def __init__(self, program: str, folder: Path, flags: Sequence[str] = ()) -> None:
        command = [program, *FLAGS, *flags, f"--user-data-dir={folder}", "--remote-debugging-port=0", "about:blank"]
        self._process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        self._open = ExitStack()
        line = connect(self._address(), max_size=None, compression=None, ping_interval=None)
        self._socket = self._open.enter_context(line)
        self._count = 0
        self.listeners: dict[str, list[Callable[[str, Event], None]]] = defaultdict(list)

    def call(self, method: str, session: str = "", **parameters: Any) -> Event:
        """Does `method` and gives its result; listeners hear what happens meanwhile. DevToolsError if refused."""
        self._count += 1
        message = {"id": self._count, "method": method, "params": parameters}
        self._socket.send(json.dumps(message | ({"sessionId": session} if session else {})))
        answer = self._until(lambda message: message.get("id") == self._count, method)
        if "error" in answer:
            raise DevToolsError(f"{method}: {answer['error']['message']}")
        return answer["result"]

    def event(self, method: str, session: str = "") -> Event:
        """The next event of this kind."""
        wanted = (method, session)
        return self._until(lambda it: (it.get("method"), it.get("sessionId", "")) == wanted, method)["params"]

    def close(self) -> None:
        """Ends the browser, by force when it does not by itself."""
        try:
            self._socket.send(json.dumps({"id": 0, "method": "Browser.close"}))
            self._process.wait(10)
        except (ConnectionClosed, subprocess.TimeoutExpired):
            self._process.kill()
            self._process.wait()
        self._open.close()

    def _until(self, wanted: Callable[[Event], bool], what: str) -> Event:
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            message = json.loads(self._socket.recv(timeout=max(0.0, deadline - time.monotonic())))
            if "method" in message:
                for listener in self.listeners[message.get("sessionId", "")]:
                    listener(message["method"], message["params"])
            if wanted(message):
                return message
        raise TimeoutError(f"the browser says nothing of {what}")

    def _address(self) -> str:
        """The browser tells it among its complaints; those that follow are let pass."""
        assert self._process.stderr is not None
        for line in self._process.stderr:
            if line.startswith("DevTools listening on "):
                threading.Thread(target=deque, args=(self._process.stderr, 0), daemon=True).start()
                return line.split()[-1]
        raise DevToolsError(f"the browser ended with {self._process.wait()}")
