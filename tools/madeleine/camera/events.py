"""What a camera says, as typed events: one class a word of docs/FORMATS.md, "What the camera says"."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar, get_type_hints

from madeleine.camera.event_fields import NEEDED, READERS, Body, Box, Names, Point, Scores
from madeleine.camera.fields import Fields, Message, Nonsense


@dataclass(frozen=True)
class Event:
    """Something that the camera has said; what its class does not know stays in `message`."""

    message: Message = field(repr=False)


@dataclass(frozen=True)
class Ready(Event):
    """The app has started; `Status`, the answer to a host's question, has the same fields."""

    app: str
    board: str
    model: str
    examples: int
    capacity: int
    limit: int
    battery_mv: int | None
    usb: bool | None
    uid: str | None  # the camera's id, which lasts; None: an older installer has made none
    friendly_name: str | None


@dataclass(frozen=True)
class Status(Ready):
    """And what is seen now: `name` is None for nothing."""

    name: str | None
    sure: bool | None
    distance: float | None


@dataclass(frozen=True)
class Seen(Event):
    """The answer has changed to a name; or, with `again`, the same name has become sure or probable."""

    name: str
    sure: bool | None
    distance: float | None
    next: str | None
    next_distance: float | None
    again: bool | None
    box: Box | None  # x, y, width and height in the picture of 224 x 224 pixels, with `where on`
    centre: Point | None


@dataclass(frozen=True)
class Gone(Event):
    """The answer has changed to nothing."""


@dataclass(frozen=True)
class Gauge(Event):
    """The reading has changed; `value` is None off the line through the marks."""

    value: float | None
    low: float | None  # None: 0
    high: float | None  # None: 100
    unit: str | None
    name: str | None


@dataclass(frozen=True)
class Card(Event):
    """The camera has read a QR card."""

    text: str


@dataclass(frozen=True)
class Learned(Event):
    """A view is on flash as an example of `name`, which has `count` now."""

    name: str
    count: int
    examples: int


@dataclass(frozen=True)
class Lesson(Event):
    """What would help the class that was just taught."""

    code: str
    name: str
    text: str
    near: str | None


@dataclass(frozen=True)
class Ignored(Event):
    """A view is on flash as one to ignore."""

    count: int
    examples: int


@dataclass(frozen=True)
class Undone(Event):
    """Something was taken back: `what` says what."""

    what: str
    examples: int
    name: str | None
    count: int | None


@dataclass(frozen=True)
class Renamed(Event):
    """The class `name` is called `to` now."""

    name: str
    to: str
    count: int
    examples: int


@dataclass(frozen=True)
class Forgot(Event):
    """A class is forgotten ("": the ignored views), or the gauge or a set: then `what` says so."""

    name: str | None
    count: int | None
    examples: int | None
    what: str | None


@dataclass(frozen=True)
class Mark(Event):
    """A picture of a mark of the gauge is on flash."""

    value: int


@dataclass(frozen=True)
class Reset(Event):
    """Everything is forgotten."""


@dataclass(frozen=True)
class Selected(Event):
    """Button A teaches another class."""

    name: str


@dataclass(frozen=True)
class Set(Event):
    """A setting is kept."""

    name: str
    value: str


@dataclass(frozen=True)
class Using(Event):
    """Another set of examples is the active one."""

    set: str
    examples: int


@dataclass(frozen=True)
class Copied(Event):
    """Another set has what the active one holds."""

    set: str
    examples: int


@dataclass(frozen=True)
class Lock(Event):
    """The camera is locked, or no longer."""

    on: bool


@dataclass(frozen=True)
class Cleared(Event):
    """What visitors taught a locked camera is gone."""

    examples: int


@dataclass(frozen=True)
class Sets(Event):
    """The active set of examples, and all of them."""

    set: str
    sets: Names


@dataclass(frozen=True)
class Classes(Event):
    """Every class with its number of examples."""

    classes: Mapping[str, int]
    ignored: int
    examples: int


@dataclass(frozen=True)
class Nearest(Event):
    """The nearest example of each class, the nearest class first; "": the ignored views."""

    name: str | None
    scores: Scores


@dataclass(frozen=True)
class Where(Event):
    """Where the thing is that is seen; all None if nothing is."""

    name: str | None
    box: Box | None
    centre: Point | None


@dataclass(frozen=True)
class Oddness(Event):
    """How odd a view is, 0 to 100, while views are inspected."""

    value: int
    odd: bool


@dataclass(frozen=True)
class Pose(Event):
    """Somebody's points, with `*mode pose`: 17 of x, y and score in percent, in PoseNet's order; none: nobody is there.

    Pixels of the picture of 224 x 224; a point may lie outside.
    """

    points: Body


@dataclass(frozen=True)
class Battery(Event):
    """The battery's level is another one: ok, low or empty."""

    level: str
    battery_mv: int | None
    usb: bool | None


@dataclass(frozen=True)
class Failed(Event):
    """The camera refuses something that nobody here has asked for, or something failed."""

    code: str
    text: str


@dataclass(frozen=True)
class Other(Event):
    """Any other word, or one of ours whose fields make no sense."""

    @property
    def event(self) -> str:
        """The word."""
        return str(self.message["event"])


EVENTS: dict[str, type[Event]] = {
    "ready": Ready,
    "status": Status,
    "seen": Seen,
    "gone": Gone,
    "gauge": Gauge,
    "card": Card,
    "learned": Learned,
    "lesson": Lesson,
    "ignored": Ignored,
    "undone": Undone,
    "renamed": Renamed,
    "forgot": Forgot,
    "anchor": Mark,
    "reset": Reset,
    "selected": Selected,
    "set": Set,
    "using": Using,
    "copied": Copied,
    "lock": Lock,
    "cleared": Cleared,
    "sets": Sets,
    "list": Classes,
    "scores": Nearest,
    "where": Where,
    "oddness": Oddness,
    "pose": Pose,
    "battery": Battery,
    "refused": Failed,
    "error": Failed,
}


Kind = TypeVar("Kind", bound=Event)


def event_of(message: Message) -> Event:
    """A message as an event; `Other` for what is unknown here, or makes no sense."""
    try:
        return typed(message, EVENTS.get(message["event"], Other))
    except Nonsense:
        return Other(message)


def typed(message: Message, kind: type[Kind]) -> Kind:
    """A message as an event of this class; Nonsense when a field that it needs is missing or of another kind."""
    said, values = Fields(message), {}
    for name, hint in HINTS[kind].items():
        values[name] = READERS[hint](said, name)
        if values[name] is None and hint in NEEDED:
            raise Nonsense(f"{name} of {message['event']!r} is missing, or of another kind")
    return kind(message, **values)


HINTS = {
    kind: {name: hint for name, hint in get_type_hints(kind).items() if name != "message"}
    for kind in (*EVENTS.values(), Other)
}
