"""The virtual board in a process of its own, from the server's side: pictures, fingers and lines in; events out.

Nothing waits for the board: there is one place for the newest picture and a short queue for everything else, which a
thread hands over; another one listens.
"""

import contextlib
import queue
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any, Protocol

from madeleine.camera.serial_port import LineLost, SerialLine
from madeleine.web import ahead
from madeleine.web.messages import Frame, Order
from madeleine.web.process import Setup, run

ORDERS_MAX = 256  # that wait; the tabs are refused more
END_S = 3.0  # for the process to end by itself: it notices between two pictures
GONE = {"event": "state", "power": "fault", "text": "gone"}

Event = dict[str, Any] | bytes  # for the page (process.py); bytes are a screen


class Camera:
    """Starts the process at once; `listen` hears what it tells, from another thread.

    `helpers`: how many processes more work ahead for it (ahead.py).
    """

    def __init__(self, setup: Setup, helpers: int = 0) -> None:
        context = get_context("spawn")
        self._connection, theirs = context.Pipe()
        pipes = [context.Pipe() for _ in range(helpers)]
        ends = [end for end, _ in pipes]
        self._process = context.Process(target=run, args=(theirs, setup, ends), name="madeleine", daemon=True)
        self._helpers = [
            context.Process(target=ahead.run, args=(end, setup.model, setup.build), name="madeleine KPU", daemon=True)
            for _, end in pipes
        ]
        with _ctrl_c_ignored():
            for process in (*self._helpers, self._process):
                process.start()
        for end in (theirs, *(end for pipe in pipes for end in pipe)):
            end.close()
        self._orders: deque[Order] = deque()
        self._picture: tuple[int, int, bytes] | None = None  # tab, number, pixels
        self._ended = False
        self.shown = threading.Event()  # the first screen has come, or none will
        self._work = threading.Condition()
        self._line: VirtualLine | None = None
        self._sender = threading.Thread(target=self._send, name="madeleine orders", daemon=True)
        self._sender.start()

    @property
    def ended(self) -> bool:
        """Is there no board any more?"""
        return self._ended

    def listen(self, hear: Callable[[Event], None]) -> None:
        """Calls `hear`, in a thread, with everything that the board tells from its start on."""
        threading.Thread(target=self._receive, args=(hear,), name="madeleine events", daemon=True).start()

    @property
    def busy(self) -> bool:
        """Is too much waiting to ask for more?"""
        return len(self._orders) >= ORDERS_MAX

    def order(self, order: Order) -> None:
        """Something to do."""
        with self._work:
            self._orders.append(order)
            self._work.notify()

    def show(self, tab: int, frame: Frame) -> None:
        """The newest picture; one that the board has not taken yet is dropped."""
        with self._work:
            self._picture = (tab, frame.number, frame.pixels)
            self._work.notify()

    @contextmanager
    def line(self) -> Iterator["VirtualLine"]:
        """The other end of the board's USB cable, for one program at a time."""
        self._line = line = VirtualLine(self)
        self.order({"do": "line", "open": True})
        try:
            yield line
        finally:
            self.order({"do": "line", "open": False})
            self._line = None

    def end(self) -> None:
        """Tells the process to end; whoever uses the line notices. May be called in a signal handler."""
        with self._work:
            self._ended = True
            self._work.notify()

    def close(self) -> None:
        """Ends the process, by force when it does not by itself."""
        self.end()
        for process in (self._process, *self._helpers):
            process.join(END_S)
            if process.is_alive():
                process.kill()
                process.join()
        self._sender.join()
        self._connection.close()

    def _send(self) -> None:
        with contextlib.suppress(OSError):
            while (item := self._next()) is not None:
                self._connection.send(item)
            self._connection.send({"do": "end"})

    def _next(self) -> Order | tuple[int, int, bytes] | None:
        """What the board gets next, when there is something: orders first. None at the end."""
        with self._work:
            self._work.wait_for(lambda: self._ended or self._orders or self._picture)
            if self._ended:
                return None
            if self._orders:
                return self._orders.popleft()
            picture, self._picture = self._picture, None
            return picture

    def _receive(self, hear: Callable[[Event], None]) -> None:
        with contextlib.suppress(EOFError, OSError):
            while not self._ended:
                event = self._connection.recv()
                if not isinstance(event, tuple):
                    hear(event)
                    if isinstance(event, bytes):
                        self.shown.set()
                elif self._line is not None:
                    self._line.received.put(event[1])
        if not self._ended:
            self.end()
            hear(dict(GONE))
        self.shown.set()


class Obedient(Protocol):
    """What takes orders until it has ended."""

    @property
    def ended(self) -> bool:
        """Is nobody there any more?"""

    def order(self, order: Order) -> None:
        """Something to do."""


class VirtualLine(SerialLine):
    """A cable that the page holds, with the face of a serial port, for usb.Board; it is used in a thread of its own."""

    def __init__(
        self, camera: Obedient, device: str = "the virtual camera", lost: str = "has ended: start `madeleine web` again"
    ) -> None:
        """`lost`: what has happened, and what helps, when `camera` has ended."""
        self.device = device
        self._sentence = lost
        self.received: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._camera = camera

    def close(self) -> None:
        """Nothing: Camera.line closes it."""

    def read(self, timeout_s: float) -> bytes:
        """What has come: as soon as there is a byte, or b"" after the timeout. LineLost when the camera has ended."""
        if self._camera.ended:
            raise LineLost(f"{self.device} {self._sentence}")
        try:
            return self.received.get(timeout=max(0.0, timeout_s))
        except queue.Empty:
            return b""

    def write(self, data: bytes) -> None:
        """Sends all of it."""
        self._camera.order({"do": "type", "data": data})

    def reset(self) -> None:
        """Restarts the board by its reset line."""
        self._camera.order({"do": "reset"})


@contextmanager
def _ctrl_c_ignored() -> Iterator[None]:
    """For a process that starts now: the terminal's Ctrl-C goes to it, too, and is the server's to answer."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
