"""The public Python API: `from madeleine import Camera` (docs/PYTHON.md)."""

from collections.abc import Iterator
from typing import Any, Self, TypeVar

from madeleine import clock
from madeleine.camera.events import (
    Classes,
    Copied,
    Event,
    Forgot,
    Gauge,
    Ignored,
    Learned,
    Mark,
    Nearest,
    Renamed,
    Seen,
    Selected,
    Set,
    Sets,
    Status,
    Undone,
    Using,
    Where,
    event_of,
    typed,
)
from madeleine.camera.fields import Message
from madeleine.camera.ports import Port
from madeleine.camera.usb import Board

CHANGE_S = 30.0  # until a change is on flash: a third of a second; now and then 5 s or more (docs/MEASURED.md)
QUIET_S = 30.0  # after so long without a word the camera is asked whether it is there
AT_HAND_S = 0.01  # for what has come already
GAUGE = "gauge"
Answer = TypeVar("Answer", bound=Event)


class Camera:
    """A camera on USB. Nothing of what it says is lost between two calls; for one thread at a time.

    Every method that asks raises Refused when the camera says no, NoAnswer when nothing comes in time, and LineLost
    when the cable is pulled. All are ToolError, in one line.
    """

    def __init__(self, port: Port | str | None = None) -> None:
        """Opens the port, or that of the camera there is; PortError or LineError. The camera does not restart."""
        self.board = Board.open(port)
        self._gauge: Gauge | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the port; the camera goes on."""
        self.board.close()

    # -- what it says ---------------------------------------------------------------------------------------------

    def __iter__(self) -> Iterator[Event]:
        """Everything that the camera says from now on, for ever. NoAnswer when it is there no more."""
        while True:
            self.status()
            heard_s = clock.steady_s()
            while clock.steady_s() - heard_s < QUIET_S:
                for event in self.events(1.0):
                    heard_s = clock.steady_s()
                    yield event

    def events(self, timeout: float) -> Iterator[Event]:
        """What the camera says within `timeout` seconds, and what it has said since the last call."""
        unasked, end = self.board.unasked, clock.steady_s() + timeout
        while True:
            while unasked:
                yield self._noted(unasked.popleft())
            left = end - clock.steady_s()
            message = next(self.board.messages(left), None) if left > 0 else None
            if message is None:
                return
            unasked.append(message)

    def wait_for(self, name: str | None = None, timeout: float = 60.0, sure: bool = False) -> Seen | None:
        """The answer, as soon as the camera sees `name` (None: anything); None after `timeout` seconds without.

        sure: a probable answer does not count. What else the camera says meanwhile is kept for `events`.
        """
        end = clock.steady_s() + timeout
        now = self.status()
        if now.name:
            seen = Seen(now.message, now.name, now.sure, now.distance, None, None, None, None, None)
            if _is(seen, name, sure):
                return seen
        for message in self.board.messages(end - clock.steady_s()):
            self.board.unasked.append(message)
            event = event_of(message)
            if isinstance(event, Seen) and _is(event, name, sure):
                return event
        return None

    # -- what it is asked -----------------------------------------------------------------------------------------

    def status(self) -> Status:
        """What it is, has and sees."""
        return self._ask("status", Status)

    def classes(self) -> dict[str, int]:
        """The classes with their numbers of examples."""
        return dict(self._ask("list", Classes).classes)

    def sets(self) -> Sets:
        """All sets of examples (`sets`), and which is the active one (`set`)."""
        return self._ask("sets", Sets)

    def scores(self) -> dict[str, float]:
        """The distance of the nearest example of each class, the nearest class first, 20 at most; "": ignored views."""
        return dict(self._ask("scores", Nearest).scores)

    def where(self) -> Where:
        """Where the thing is that it sees. Refused with a model that has no map."""
        return self._ask("where", Where)

    def gauge(self, timeout: float = 1.0) -> Gauge | None:
        """The latest reading; None if none came yet, and none comes within `timeout`: it is sent when it changes."""
        self.board.unasked.extend(self.board.messages(AT_HAND_S))
        if self._last_gauge() is None:
            for message in self.board.messages(timeout):
                self.board.unasked.append(message)
                if message["event"] == GAUGE:
                    break
        return self._last_gauge()

    # -- what it is taught ----------------------------------------------------------------------------------------

    def learn(self, name: str | None = None) -> Learned:
        """Learns the view of this moment as `name`; None: as the selected class."""
        fields = {} if name is None else {"name": name}
        return self._ask("learn", Learned, CHANGE_S, **fields)

    def exclude(self) -> Ignored:
        """Learns the view of this moment as one to ignore."""
        return self._ask("exclude", Ignored, CHANGE_S)

    def mark(self, value: int) -> Mark:
        """Learns the view of this moment as a picture of a mark of the gauge."""
        return self._ask("mark", Mark, CHANGE_S, value=value)

    def undo(self) -> Undone:
        """Takes back the last change."""
        return self._ask("undo", Undone, CHANGE_S)

    def forget(self, name: str) -> Forgot:
        """Forgets a class; "*exclude": the ignored views, "gauge": the marks. `undo` brings it back.

        "*set NAME": a whole set, which no `undo` brings back.
        """
        return self._ask("forget", Forgot, CHANGE_S, name=name)

    def rename(self, name: str, new: str) -> Renamed:
        """Gives a class another name; if that is taken, the two become one."""
        return self._ask("rename", Renamed, CHANGE_S, name=name, to=new)

    def select(self, name: str) -> Selected:
        """Button A, and `learn` without a name, teach this class from now on."""
        return self._ask("select", Selected, name=name)

    def limit(self, value: int | None = None) -> int:
        """The limit; sets it first if a value is given."""
        if value is not None:
            self.set("limit", str(value))
        return self.status().limit

    def set(self, name: str, value: str) -> None:
        """Sets a setting (docs/FORMATS.md): set("sound", "off")."""
        self._ask(name, Set, CHANGE_S, value=value)

    def use_set(self, name: str) -> Using:
        """Goes on with another set of examples, a new one if there is none of this name."""
        return self._ask("set", Using, CHANGE_S, name=name)

    def copy_set(self, name: str) -> Copied:
        """Copies the active set to another one, in place of what is there."""
        return self._ask("copy", Copied, CHANGE_S, name=name)

    # -- parts ----------------------------------------------------------------------------------------------------

    def _ask(self, word: str, kind: type[Answer], timeout: float | None = None, **fields: Any) -> Answer:
        return typed(self.board.ask(word, timeout, **fields), kind)

    def _noted(self, message: Message) -> Event:
        event = event_of(message)
        if isinstance(event, Gauge):
            self._gauge = event
        return event

    def _last_gauge(self) -> Gauge | None:
        said = [message for message in self.board.unasked if message["event"] == GAUGE]
        return typed(said[-1], Gauge) if said else self._gauge


def _is(seen: Seen, name: str | None, sure: bool) -> bool:
    return name in (None, seen.name) and (not sure or seen.sure is not False)
