"""A real camera on its cable with the face of camera.Camera: a thread reads its lines, orders are lines to it."""

import contextlib
import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from madeleine.camera.fields import Fields
from madeleine.camera.json_lines import Splitter, as_bytes, parse
from madeleine.camera.redact import without_code
from madeleine.camera.serial_port import LineLost, SerialLine
from madeleine.camera.usb import RETURN
from madeleine.errors import ToolError
from madeleine.web.camera import ORDERS_MAX, Event, VirtualLine
from madeleine.web.heard import Heard
from madeleine.web.messages import Frame, Order
from madeleine.web.process import SAID_CHARS

AGAIN_S = 1.0  # between two looks for a camera whose cable was pulled
CABLE = "cable"  # a word of the page: the cable was pulled; the camera is looked for until it is there again
READ_S = 0.02  # how long an order waits at most
ID = "page"  # of our own questions, which are nobody's to read
HIDDEN = ("scores",)  # that come all the time


class Plug:
    """One connection, for a program on the cable: it ends when the cable is pulled, though the page goes on."""

    def __init__(self, order: Callable[[Order], None]) -> None:
        self.order = order
        self.ended = False


class RealCamera:
    """Owns an open line; `listen` begins. Nobody can press its buttons or hold something before its lens from here."""

    def __init__(self, line: SerialLine, again: Callable[[], SerialLine]) -> None:
        """again: opens the line to a camera that was plugged in again; ToolError while there is none."""
        self._cable = line
        self._again = again
        self._begin()
        self._stopped = threading.Event()
        self._orders: queue.SimpleQueue[Order] = queue.SimpleQueue()
        self._line: VirtualLine | None = None
        self._thread: threading.Thread | None = None
        self.shown = threading.Event()  # there is something to see
        self.shown.set()

    def _begin(self) -> None:
        """What holds for one connection."""
        self._plug = Plug(self.order)
        self._heard = Heard()
        self._splitter = Splitter()

    @property
    def ended(self) -> bool:
        """Was it told to end?"""
        return self._stopped.is_set()

    @property
    def busy(self) -> bool:
        """Is too much waiting to ask for more?"""
        return self._orders.qsize() >= ORDERS_MAX

    def listen(self, hear: Callable[[Event], None]) -> None:
        """Calls `hear`, in a thread, with everything that the camera tells from now on."""
        self._thread = threading.Thread(target=self._run, args=(hear,), name="madeleine cable", daemon=True)
        self._thread.start()

    def order(self, order: Order) -> None:
        """Something to do."""
        self._orders.put(order)

    def show(self, tab: int, frame: Frame) -> None:
        """Nothing: a real camera has its own lens."""

    @contextmanager
    def line(self) -> Iterator[VirtualLine]:
        """The cable for one program at a time, while the page goes on listening."""
        lost = "is gone, its cable was pulled: plug it in, then try again"
        self._line = line = VirtualLine(self._plug, self._cable.device, lost)
        try:
            yield line
        finally:
            self._line = None

    def end(self) -> None:
        """Ends soon; may be called in a signal handler."""
        self._plug.ended = True
        self._stopped.set()

    def close(self) -> None:
        """Lets go of the cable; the camera goes on."""
        self.end()
        if self._thread is not None:
            self._thread.join()
        with contextlib.suppress(LineLost):
            self._write({"do": "watch", "every": 0, "what": []})
        self._cable.close()

    def _run(self, hear: Callable[[Event], None]) -> None:
        while not self.ended:
            hear({"event": "state", "power": "on", "text": ""})
            try:
                self._follow(hear)
            except LineLost:
                self._plug.ended = True
                self._cable.close()
                hear({"event": "state", "power": "unplugged", "text": CABLE})
                self._wait()

    def _follow(self, hear: Callable[[Event], None]) -> None:
        """Until the end; LineLost when the cable is pulled."""
        while not self.ended:
            self._ask()
            while not self._orders.empty():
                self._obey(self._orders.get(), hear)
            self._take(self._cable.read(READ_S), hear)

    def _wait(self) -> None:
        """Until a camera is plugged in, or the end. What was asked meanwhile is not kept."""
        while not self._stopped.wait(AGAIN_S):
            with contextlib.suppress(ToolError):
                self._cable = self._again()
                break
        while not self._orders.empty():
            self._orders.get()
        self._begin()

    def _ask(self) -> None:
        for question in self._heard.wanted:
            self._write(question)
        self._heard.wanted.clear()

    def _write(self, question: Order) -> None:
        self._cable.write(as_bytes({**question, "id": ID}) + RETURN)

    def _obey(self, order: Order, hear: Callable[[Event], None]) -> None:
        """What a real camera cannot do from here is not done."""
        if order["do"] == "type":
            self._cable.write(order["data"])
        elif order["do"] == "usb":
            self._say([without_code(order["line"])], "in", hear)
            self._cable.write(order["line"].encode() + RETURN)

    def _take(self, data: bytes, hear: Callable[[Event], None]) -> None:
        """What has come over the cable."""
        if self._line is not None and data:
            self._line.received.put(data)
        lines = self._splitter.feed(data)
        self._say([line for line in lines if not self._is_hidden(line)], "out", hear)
        for line in lines:
            message = parse(line)
            for event in [] if message is None else self._heard.listen(Fields(message)):
                hear(event)

    def _is_hidden(self, line: str) -> bool:
        """Answers to programs, and what comes all the time, are nothing to read."""
        message = parse(line)
        return message is not None and (message["event"] in HIDDEN or message.get("id") == ID or self._line is not None)

    def _say(self, texts: list[str], way: str, hear: Callable[[Event], None]) -> None:
        lines = [{"port": "usb", "text": text[:SAID_CHARS], "way": way} for text in texts]
        if lines:
            hear({"event": "said", "lines": lines})
