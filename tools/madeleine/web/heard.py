"""What a real camera says over its cable, as the events of the page: names, distances, classes, settings, the gauge."""

import time
from collections import deque
from typing import Any

from madeleine.camera import events
from madeleine.camera.fields import Fields
from madeleine.device import coach, constants, engines, examples, features
from madeleine.web.selection import Selection

Event = dict[str, Any]
CHANGES = "learned ignored renamed forgot undone reset committed ready using cleared lock".split()
OF_SETS = ("ready", "using", "copied", "forgot")
EVERY_FRAMES = 2  # the distances of a frame: 1 KB at most, and the cable takes 11 KB a second
RATE_S = 2.0
SCORES_WATCH = {"do": "watch", "every": EVERY_FRAMES, "what": ["scores"]}


class Heard:
    """Follows the messages of one camera; `wanted` are the questions to ask it next."""

    def __init__(self) -> None:
        self.wanted: list[Event] = [{"do": "status"}, {"do": "list"}, {"do": "sets"}, dict(SCORES_WATCH)]
        self._selection = Selection()
        self._known = _examples([])
        self._names: list[str] = []  # of each example, class by class: the camera tells their number alone
        self._views: dict[str, int] = {}
        self._settings: dict[str, str] = {}
        self._marks: list[int] = []
        self._gauge: int | None = None
        self._set, self._sets = constants.FIRST_SET, [constants.FIRST_SET]
        self._locked = False
        self._limit = 200
        self._turns_s: deque[float] = deque()

    def listen(self, message: Fields) -> list[Event]:
        """What the page is told of a message."""
        word = message.text("event")
        self._selection.listen(message)
        if word in CHANGES:
            self._want({"do": "status"}, {"do": "list"})
        if word in OF_SETS:
            self._want({"do": "sets"})
        if word == "ready":
            self._want(dict(SCORES_WATCH))  # a start has ended it
        event = events.event_of(message.message)
        if isinstance(event, events.Nearest):
            return [self._turn(event, message.flag("sure") is True)]
        if isinstance(event, events.Ready):
            self._limit = event.limit
            self._locked = message.flag("locked") is True
        elif isinstance(event, events.Sets):
            self._set, self._sets = event.set, list(event.sets)
        elif isinstance(event, events.Classes):
            self._classes(event)
        elif isinstance(event, events.Set):
            self._limit = message.whole("value") or self._limit if event.name == "limit" else self._limit
            self._settings[event.name] = event.value
        elif isinstance(event, events.Gauge):
            self._read_gauge(message)
        else:
            return []
        return [self._knows()]

    def _want(self, *questions: Event) -> None:
        """Each once, however many changes a camera tells before it is asked."""
        self.wanted += [question for question in questions if question not in self.wanted]

    def _classes(self, event: events.Classes) -> None:
        views = event.message.get("views")
        there = zip(event.classes, views if isinstance(views, list) else [], strict=False)
        self._views = {name: count for name, count in there if count in range(coach.ENOUGH + 1)}
        counts = {**event.classes, "": event.ignored}
        self._names = [name for name, count in counts.items() for _ in range(min(count, examples.CAPACITY))]
        del self._names[examples.CAPACITY :]
        self._known = _examples(list(dict.fromkeys(self._names)))

    def _read_gauge(self, message: Fields) -> None:
        low, high = message.whole("low"), message.whole("high")
        self._gauge = message.whole("value")
        self._marks = [0 if low is None else low, 100 if high is None else high]
        self._settings |= {"unit": message.text("unit") or "", "gauge": message.text("name") or ""}

    def _knows(self) -> Event:
        """`key` is none of an example: a camera does not say which ones it has. Nor does it say its strict mark."""
        return {
            "event": "knows",
            "examples": [{"name": name, "key": f"{name} {at}", "at": [0, 0]} for at, name in enumerate(self._names)],
            "views": self._views,
            "limit": self._limit,
            "sure": None,
            "marks": self._marks,
            "settings": self._settings,
            "set": self._set,
            "sets": self._sets,
            "locked": self._locked,
            "files": [],
            "free_bytes": 0,
            "total_bytes": 1,
        }

    def _turn(self, event: events.Nearest, sure: bool) -> Event:
        near = dict(event.scores)
        seen = {"name": event.name, "sure": sure, "distance": near.get(event.name, 0.0)} if event.name else None
        return {
            **dict.fromkeys(("frame", "asks", "at", "why", "good")),
            "event": "turn",
            "fps": self._rate(),
            "led": [0, 0, 0],
            "backlight": 0,
            "seen": seen,
            "gauge": self._gauge,
            "distances": [near.get(name) for name in self._names],
            "selected": self._selection.name(self._known),
        }

    def _rate(self) -> float:
        now_s = time.monotonic()
        self._turns_s.append(now_s)
        while now_s - self._turns_s[0] > RATE_S:
            self._turns_s.popleft()
        seconds = now_s - self._turns_s[0]
        return round(EVERY_FRAMES * (len(self._turns_s) - 1) / seconds, 1) if seconds else 0.0


def _examples(labels: list[str]) -> examples.Examples:
    """One of each class: what the device's own rule of selecting needs."""
    known = examples.Examples(engines.Plain(), [bytearray(features.LENGTH) for _ in labels])
    for label in labels:
        known.learn(label, bytes(features.LENGTH))
    return known
