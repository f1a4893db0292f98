"""The state of one camera as the bridge publishes it: events in, one JSON object out."""

import zlib
from dataclasses import dataclass, field
from typing import Any

from madeleine.camera.events import Battery, Classes, Event, Gauge, Gone, Ready, Seen, Selected, Set, Status
from madeleine.device import constants

NOTHING = "nothing"
ON, OFF = "ON", "OFF"


@dataclass
class Snapshot:
    """What is known of a camera."""

    about: Ready | None = None
    seen: str | None = None
    sure: bool | None = None
    distance: float | None = None
    gauge: Gauge | None = None
    battery_mv: int | None = None
    limit: int | None = None
    teach_as: str | None = None
    classes: dict[str, int] = field(default_factory=dict)

    def take(self, event: Event) -> str | None:
        """Takes an event in; the word for it if the answer has changed by it: appeared, sure, probable or gone."""
        if isinstance(event, Status):
            return self.answered(event.name, event.sure, event.distance)
        if isinstance(event, Seen):
            return self.answered(event.name, event.sure, event.distance)
        if isinstance(event, Gone | Ready):
            return self.answered(None, None, None)
        if isinstance(event, Gauge):
            self.gauge = event
        elif isinstance(event, Battery):
            self.battery_mv = event.battery_mv
        elif isinstance(event, Selected):
            self.teach_as = event.name
        elif isinstance(event, Set) and event.name == "limit" and event.value.isdecimal():
            self.limit = int(event.value)
        elif isinstance(event, Classes):
            self.classes = dict(event.classes)
        return None

    def note(self, status: Status) -> str | None:
        """The answer to a heartbeat."""
        self.about, self.battery_mv, self.limit = status, status.battery_mv, status.limit
        return self.take(status)

    def answered(self, name: str | None, sure: bool | None, distance: float | None) -> str | None:
        """The answer is `name` now; the word for the change, if it is one."""
        before, was_sure = self.seen, self.sure
        self.seen, self.sure, self.distance = name, sure if name else None, distance
        if name != before:
            return "appeared" if name else "gone"
        return None if name is None or sure == was_sure else "sure" if sure else "probable"

    def message(self) -> dict[str, Any]:
        """The whole state. `is` has ON for the class that is seen, by its key: names never get into templates."""
        gauge, about = self.gauge, self.about
        return {
            "seen": self.seen or NOTHING,
            "sure": self.sure,
            "distance": self.distance,
            "limit": self.limit,
            "gauge": None if gauge is None else gauge.value,
            "unit": "" if gauge is None else gauge.unit or "",
            "battery_mv": self.battery_mv,
            "battery": constants.battery_percent(self.battery_mv) if self.battery_mv else None,
            "teach_as": self.teach_as,
            "examples": sum(self.classes.values()),
            "classes": self.classes,
            "is": {key_of(name): ON if name == self.seen else OFF for name in self.classes},
            "app": about.app if about else "",
            "board": about.board if about else "",
            "model": about.model if about else "",
        }


def key_of(name: str) -> str:
    """A class's key in the state and in Home Assistant: its name's CRC-32."""
    return f"class_{zlib.crc32(name.encode('utf-8', 'replace')):08x}"
