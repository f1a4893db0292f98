"""Reads a file of rules (TOML, docs/TOOLS.md) and checks all of it before anything is done."""

import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from madeleine.errors import ToolError
from madeleine.inputs import read
from madeleine.monitor import conditions
from madeleine.monitor.conditions import Conditions
from madeleine.monitor.rules import PLACE, PLACES, Broker, Call, Publish, Rule, Rules, Run

EVENTS = {
    "appears": ("appears",),
    "goes": ("goes",),
    "changes": ("appears", "goes"),
    "odd": ("odd",),
    "good": ("good",),
}
NAMELESS = ("odd", "good")
TIMEOUT_S = 10.0
MOST_BYTES = 1 << 20
CONDITIONS: dict[str, tuple[str, Callable[[object], object]]] = {  # by key: the field of Conditions, and who reads it
    "gauge": ("gauge", conditions.reading),
    "for": ("for_s", conditions.seconds),
    "not_seen_for": ("unseen_s", conditions.seconds),
    "count": ("count", conditions.times),
    "within": ("within_s", conditions.seconds),
    "quiet": ("quiet", conditions.hours),
}
RULE_KEYS = ("name", "when", "sure", *CONDITIONS, "after", "run", "mqtt", "web", "timeout_s", "pause_s")
ACTIONS = ("run", "mqtt", "web")
MQTT_KEYS = ("topic", "message", "retain")
WEB_KEYS = ("url", "method", "message", "headers")
BROKER_KEYS = ("host", "port", "user", "password", "tls")
METHODS = ("POST", "PUT", "GET")


class RulesError(ToolError):
    """The file of rules says something that cannot be."""


def load(path: Path) -> Rules:
    """The rules of a file; RulesError with the place of the first thing that cannot be."""
    try:
        table = tomllib.loads(read(path, MOST_BYTES).decode("utf-8-sig"))
    except OSError as error:
        raise RulesError(f"{path}: cannot be read ({error.strerror}); give a file of rules with --rules") from error
    except (ValueError, RecursionError) as error:  # also UTF-8, a number of 5000 digits, 5000 brackets
        raise RulesError(f"{path}: not valid TOML: {error}") from error
    return _Reader(path).read(table)


def broker_of(path: Path, table: Any) -> Broker:
    """The broker that a table [mqtt] of a file names; RulesError when it cannot be."""
    reader = _Reader(path)
    return reader.broker(table)


class _Reader:
    """Checks the tables of one file; every complaint says where."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._place = ""

    def read(self, table: dict[str, Any]) -> Rules:
        self._known(table, ("rule", "mqtt"), "a file of rules")
        listed = table.get("rule")
        if not isinstance(listed, list) or not listed:
            raise self._wrong("it has no rule; each begins with [[rule]]")
        rules = []
        for number, one in enumerate(listed, 1):
            self._place = f", rule {number}"
            if not isinstance(one, dict):
                raise self._wrong("not a table; a rule begins with [[rule]]")
            rules.append(self._rule(number, one))
        self._place = ", [mqtt]"
        broker = self.broker(table["mqtt"]) if "mqtt" in table else None
        if broker is None and any(isinstance(rule.action, Publish) for rule in rules):
            raise self._wrong("is missing: name the broker, host = \"...\"")
        return Rules(tuple(rules), broker)

    def _rule(self, number: int, table: dict[str, Any]) -> Rule:
        self._known(table, RULE_KEYS, "a rule")
        names = table.get("name", [])
        names = [names] if isinstance(names, str) else names
        if not isinstance(names, list) or not all(isinstance(name, str) and name for name in names):
            raise self._wrong("name is a name, or a list of names")
        when = table.get("when", "appears")
        if not isinstance(when, str) or when not in EVENTS:
            raise self._wrong(f"when is one of {', '.join(EVENTS)}, not {when!r}")
        if names and when in NAMELESS:
            raise self._wrong(f"a view that is {when} has no name: leave out name")
        sure = table.get("sure", False)
        if not isinstance(sure, bool):
            raise self._wrong("sure is true or false")
        if sum(key in table for key in ACTIONS) != 1:
            raise self._wrong("does one thing: give run, mqtt or web")
        action = self._run(table) if "run" in table else self._mqtt(table) if "mqtt" in table else self._web(table)
        asked = self._conditions(table)
        what = "any view" if when in NAMELESS else "any name"
        does = "the gauge" if asked.gauge else f"{', '.join(names) or what} {when}{' surely' if sure else ''}"
        told = "".join(f", {key} {table[key]}" for key in (*CONDITIONS, "after") if key in table)
        title = f"rule {number} ({does}{told})"
        timeout_s = self._seconds(table, "timeout_s", TIMEOUT_S, 0.1)
        pause_s = self._seconds(table, "pause_s", 0.0, 0.0)
        events = ("gauge",) if asked.gauge else () if asked.unseen_s else EVENTS[when]
        return Rule(title, tuple(names), events, action, timeout_s, pause_s, sure, asked)

    def _conditions(self, table: dict[str, Any]) -> Conditions:
        found: dict[str, Any] = {}
        for key, (field, reader) in CONDITIONS.items():
            try:
                found |= {field: reader(table[key])} if key in table else {}
            except ValueError as error:
                raise self._wrong(f"{key} {error}, not {table[key]!r}") from error
        if "after" in table:
            found["after"] = self._text(table, "after", "a rule")
        for key in ("gauge", "not_seen_for"):
            other = next(
                (one for one in ("when", "sure", "gauge", "not_seen_for") if one in table and one != key), None
            )
            if key in table and other:
                raise self._wrong(f"{key} and {other} do not go together; leave one out")
        if "gauge" in table and "name" in table:
            raise self._wrong("the gauge has no name: leave out name")
        if "for" in table and ("not_seen_for" in table or table.get("when") == "changes"):
            raise self._wrong(
                "for needs one thing that lasts: when = \"appears\", \"goes\", \"odd\", \"good\", or a gauge"
            )
        if "within" in table and "after" not in table and "count" not in table:
            raise self._wrong("within is the time for after, or for count: give one of these")
        return Conditions(**found)

    def _run(self, table: dict[str, Any]) -> Run:
        arguments = table["run"]
        if not isinstance(arguments, list) or not arguments or not all(isinstance(one, str) for one in arguments):
            raise self._wrong('run is a list, the program and each of its arguments: ["aplay", "cup.wav"]; no shell')
        if PLACE.search(arguments[0]) or not arguments[0]:
            raise self._wrong("run begins with the name of a program")
        for one in arguments:
            self._places(one, "run")
            if PLACE.search(one) and not PLACE.fullmatch(one):
                raise self._wrong(f"run: in {one!r} a place stands amid other text; make it an argument of its own")
            if "\0" in one:
                raise self._wrong("run: an argument cannot hold a NUL")
        return Run(tuple(arguments), self._path.absolute().parent)

    def _mqtt(self, table: dict[str, Any]) -> Publish:
        settings = self._table(table["mqtt"], MQTT_KEYS, "mqtt")
        topic = self._text(settings, "topic", "mqtt")
        self._places(topic, "topic")
        if not topic or "+" in topic or "#" in topic or "\0" in topic:
            raise self._wrong("mqtt: topic is a name with levels, without + and #: \"room/seen\"")
        retain = settings.get("retain", False)
        if not isinstance(retain, bool):
            raise self._wrong("mqtt: retain is true or false")
        return Publish(topic, self._message(settings, "mqtt"), retain)

    def _web(self, table: dict[str, Any]) -> Call:
        settings = self._table(table["web"], WEB_KEYS, "web")
        url = self._text(settings, "url", "web")
        self._places(url, "url")
        try:
            parts = urlsplit(url)
            usable = parts.scheme in ("http", "https") and bool(parts.hostname) and "{" not in parts.netloc
            usable = usable and (parts.port is None or parts.port > 0)
        except ValueError:
            usable = False
        if not usable:
            raise self._wrong(f"web: {url!r} is not a valid address; it begins with http:// or https:// and a host")
        method = settings.get("method", "POST")
        if method not in METHODS:
            raise self._wrong(f"web: method is one of {', '.join(METHODS)}")
        headers = settings.get("headers", {})
        if not isinstance(headers, dict) or not all(_is_header(*pair) for pair in headers.items()):
            raise self._wrong("web: headers is a table of texts in ASCII, each on one line")
        message = self._message(settings, "web")
        if method == "GET" and message is not None:
            raise self._wrong("web: a GET has no message; say it in the url, or use POST")
        return Call(url, method, message, headers)

    def broker(self, table: Any) -> Broker:
        """The broker of a table [mqtt]."""
        self._place = ", [mqtt]"
        settings = self._table(table, BROKER_KEYS, "mqtt")
        host = self._text(settings, "host", "mqtt")
        tls = settings.get("tls", False)
        port = settings.get("port", 8883 if tls is True else 1883)
        if not host or not isinstance(tls, bool):
            raise self._wrong("host is a name or an address, tls true or false")
        if not isinstance(port, int) or isinstance(port, bool) or not 0 < port < 65536:
            raise self._wrong("port is a number from 1 to 65535")
        user, password = (
            self._text(settings, key, "mqtt") if key in settings else None for key in ("user", "password")
        )
        if password is not None and user is None:
            raise self._wrong("a password needs a user")
        return Broker(host, port, user, password, tls)

    # -- parts of tables

    def _message(self, settings: dict[str, Any], what: str) -> Any:
        message = settings.get("message")
        if message is not None and not isinstance(message, str | dict | list):
            raise self._wrong(f"{what}: message is a text, or a table to be sent as JSON")
        try:
            text = message if isinstance(message, str) else json.dumps(message, allow_nan=False)
        except (TypeError, ValueError, RecursionError) as error:
            raise self._wrong(f"{what}: message cannot be sent as JSON ({error})") from error
        self._places(text, "message")
        return message

    def _places(self, text: str, what: str) -> None:
        for place in PLACE.findall(text):
            if place not in PLACES:
                known = " ".join(f"{{{one}}}" for one in PLACES)
                raise self._wrong(f"{what}: {{{place}}} is not known; the monitor fills in {known}")

    def _seconds(self, table: dict[str, Any], key: str, default: float, least: float) -> float:
        value = table.get(key, default)
        if not isinstance(value, int | float) or isinstance(value, bool) or not least <= value <= 86400:
            raise self._wrong(f"{key} is a number of seconds from {least:g} to 86400")
        return float(value)

    def _text(self, settings: dict[str, Any], key: str, what: str) -> str:
        value = settings.get(key)
        if not isinstance(value, str):
            raise self._wrong(f"{what}: {key} is {'missing' if value is None else 'no text'}")
        return value

    def _table(self, value: Any, keys: tuple[str, ...], what: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self._wrong(f"{what} is a table: {what} = {{ {keys[0]} = \"...\" }}")
        self._known(value, keys, what)
        return value

    def _known(self, table: dict[str, Any], keys: tuple[str, ...], what: str) -> None:
        for key in table:
            if key not in keys:
                raise self._wrong(f"{key!r} is unknown; {what} has {', '.join(keys)}")

    def _wrong(self, text: str) -> RulesError:
        return RulesError(f"{self._path}{self._place}: {text}")


def _is_header(name: str, value: Any) -> bool:
    return (
        isinstance(value, str)
        and value.isascii()
        and value.isprintable()
        and bool(re.fullmatch(r"[\w-]+", name, re.ASCII))
    )
