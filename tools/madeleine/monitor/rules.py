"""Rules: what to do when a name appears or goes, or a view is odd (docs/TOOLS.md). Decides and fills in, does nothing.

Text of a rule is only ever filled in, never run: a label comes from a card that anybody may hold up.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from madeleine.monitor.conditions import Conditions
from madeleine.monitor.items import Change
from madeleine.monitor.log import iso, json_text

PLACES = ("label", "event", "distance", "sure", "x", "y", "oddness", "gauge", "time")
PLACE = re.compile(r"\{(\w+)\}")
_TOPIC_LETTERS = re.compile(r"[/+#$]")  # they mean something in a topic


@dataclass(frozen=True)
class Run:
    """Starts a program, never a shell."""

    arguments: tuple[str, ...]
    folder: Path  # of the file of rules: where the program starts


@dataclass(frozen=True)
class Publish:
    """Sends an MQTT message."""

    topic: str
    message: Any  # text, or what JSON can hold; None is the change itself
    retain: bool


@dataclass(frozen=True)
class Call:
    """Calls a web hook."""

    url: str = field(repr=False)  # like the headers it may hold a key
    method: str
    message: Any
    headers: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True)
class Rule:
    """What to do, and when."""

    title: str  # "rule 2 (cup appears)"
    names: tuple[str, ...]  # none: any
    events: tuple[str, ...]
    action: Run | Publish | Call
    timeout_s: float
    pause_s: float
    sure: bool = False  # probable answers do not count
    conditions: Conditions = field(default_factory=Conditions)

    def wants(self, change: Change) -> bool:
        """Is this what the rule is for?"""
        counts = change.sure is not False if self.sure else not change.raised
        return counts and change.event in self.events and (not self.names or change.label in self.names)


@dataclass(frozen=True)
class Broker:
    """Where MQTT messages go."""

    host: str
    port: int
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: bool = False


@dataclass(frozen=True)
class Rules:
    """A file of rules, checked."""

    rules: tuple[Rule, ...]
    broker: Broker | None


def describe(action: Run | Publish | Call) -> str:
    """What an action does, in words; of an address only the host, the rest may hold a key."""
    if isinstance(action, Run):
        return "runs " + " ".join(action.arguments)
    if isinstance(action, Publish):
        return f"sends MQTT to {action.topic}"
    return f"calls {urlsplit(action.url).hostname} ({action.method})"


def facts(change: Change) -> dict[str, str]:
    """What a rule can say of a change: its PLACES."""
    return {
        "label": change.label,
        "event": change.event,
        "distance": "" if change.distance is None else f"{change.distance:g}",
        "sure": "" if change.sure is None else str(change.sure).lower(),
        **{name: "" if value is None else f"{value:g}" for name, value in numbers(change).items()},
        "time": iso(change.at_s),
    }


def numbers(change: Change) -> dict[str, float | None]:
    """Of the facts those that are numbers, where the camera says them."""
    x, y = change.place or (None, None)
    return {"x": x, "y": y, "oddness": change.oddness, "gauge": change.gauge}


def fill(text: str, change: Change, escape: Callable[[str], str] = str) -> str:
    """Text with its places filled in; each value goes through `escape`."""
    known = facts(change)
    return PLACE.sub(lambda place: escape(known[place[1]]) if place[1] in known else place[0], text)


def message_of(message: Any, change: Change) -> tuple[str, bool]:
    """A rule's message for a change, and whether it is JSON; without a message the change itself."""
    if isinstance(message, str):
        return fill(message, change), False
    if message is None:
        return json_text({**facts(change), "distance": change.distance, "sure": change.sure, **numbers(change)}), True
    return json_text(_filled(message, change)), True


def topic_of(topic: str, change: Change) -> str:
    """A topic in which a label is one level, whatever it holds."""
    return fill(topic, change, lambda value: _TOPIC_LETTERS.sub("_", value))


def url_of(url: str, change: Change) -> str:
    """An address in which a label can neither begin a new field nor leave its own."""
    return fill(url, change, lambda value: quote(value, safe=""))


def _filled(value: Any, change: Change) -> Any:
    if isinstance(value, str):
        return fill(value, change)
    if isinstance(value, dict):
        return {key: _filled(inner, change) for key, inner in value.items()}
    return [_filled(inner, change) for inner in value] if isinstance(value, list) else value
