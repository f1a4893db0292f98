"""What goes through the monitor: one thing that happened, at a time of the host; and what is to tell of it."""

import enum
from dataclasses import dataclass
from typing import Protocol

TICK_S = 0.25  # so often a view can count seconds


class Cable(enum.Enum):
    """How it stands with the cable."""

    WAITING = "waiting"  # there is no camera
    CONNECTED = "connected"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Heard:
    """A line that came, without its end."""

    at_s: float  # seconds since 1970
    line: str


@dataclass(frozen=True, slots=True)
class Linked:
    """The cable was plugged, pulled, or is missing; `text` is the port, or what is wrong."""

    at_s: float
    cable: Cable
    text: str


@dataclass(frozen=True, slots=True)
class Noted:
    """Something the monitor itself has to tell: a rule that failed."""

    at_s: float
    text: str


@dataclass(frozen=True, slots=True)
class Tick:
    """Time goes on, and nothing has happened."""

    at_s: float


Item = Heard | Linked | Noted | Tick


@dataclass(frozen=True, slots=True)
class Change:
    """A name appears or goes; while views are inspected, one is odd, or good again; or the gauge has another reading.

    `unseen` is of the rules alone: nothing of this name for a while.
    """

    event: str  # "appears", "goes", "odd", "good", "gauge" or "unseen"
    label: str  # "" of an inspection and of the gauge
    at_s: float
    distance: float | None = None
    sure: bool | None = None  # of the answer; what goes was it once. None: the camera does not say
    raised: bool = False  # the name was there already, as a probable one, and is sure now
    place: tuple[int, int] | None = None  # x and y of the thing's middle, if the camera says it
    oddness: int | None = None  # 0 to 100, of an inspection
    gauge: float | None = None  # a reading; None off the line


class Kind(enum.Enum):
    """What sort of thing is told, for those who colour or choose."""

    APPEARS = "appears"
    GOES = "goes"
    TAUGHT = "taught"
    OTHER = "other"
    TROUBLE = "trouble"


@dataclass(frozen=True, slots=True)
class Told:
    """One entry of the history: a sentence, and the change of answer it tells of if it is one."""

    at_s: float
    kind: Kind
    text: str
    change: Change | None = None


class Sink(Protocol):
    """Something that is to know: a view, a log, the rules."""

    def take(self, item: Item, told: list[Told]) -> None:
        """What happened, and what that has to tell."""

    def close(self) -> None:
        """Nothing more will come."""
