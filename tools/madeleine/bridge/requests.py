"""What MQTT may ask of a camera: one table of words. Nothing of a message is executed or used as a path."""

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from madeleine.camera.camera import Camera
from madeleine.camera.events import Event
from madeleine.device import settings
from madeleine.errors import ToolError

REQUEST_MAX_BYTES = 4096
ID_MAX_CHARS = 100


class BadRequest(ToolError):
    """A message that asks for nothing that there is."""


def _name(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise BadRequest("a name is a text; give {\"WORD\": \"NAME\"}")
    return value


def _learn(camera: Camera, value: Any) -> Event:
    return camera.learn(None if value is True else _name(value))


def _rename(camera: Camera, value: Any) -> Event:
    if not isinstance(value, dict):
        raise BadRequest('rename takes {"from": "NAME", "to": "NEW"}')
    return camera.rename(_name(value.get("from")), _name(value.get("to")))


def _limit(camera: Camera, value: Any) -> Event:
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadRequest("limit takes a whole number")
    camera.limit(value)
    return camera.status()


def _setting(camera: Camera, value: Any) -> Event:
    if not isinstance(value, dict) or len(value) != 1:
        raise BadRequest('set takes {"NAME": "VALUE"}')
    name, wanted = next(iter(value.items()))
    if not settings.known(name) or name == settings.LINK:  # the bridge hears JSON alone
        raise BadRequest(f"there is no setting {name!r} to set")
    camera.set(name, str(wanted))
    return camera.status()


WORDS: dict[str, Callable[[Camera, Any], Event]] = {
    "learn": _learn,
    "exclude": lambda camera, _: camera.exclude(),
    "undo": lambda camera, _: camera.undo(),
    "forget": lambda camera, value: camera.forget(_name(value)),
    "rename": _rename,
    "teach_as": lambda camera, value: camera.select(_name(value)),
    "limit": _limit,
    "set": _setting,
    "status": lambda camera, _: camera.status(),
}


def read(payload: bytes) -> dict[str, Any]:
    """The object of a message; BadRequest for anything else."""
    if len(payload) > REQUEST_MAX_BYTES:
        raise BadRequest(f"a request has {REQUEST_MAX_BYTES} bytes at most")
    try:
        asked = json.loads(payload)
    except (ValueError, RecursionError):
        asked = None
    if not isinstance(asked, dict):
        raise BadRequest('a request is a JSON object: {"learn": "cup"}')
    return asked


def perform(camera: Camera, asked: dict[str, Any]) -> Event:
    """Does what one word of the request asks for; the camera's answer. ToolError when it cannot be done."""
    words = [word for word in asked if word in WORDS]
    if len(words) != 1:
        raise BadRequest(f"ask for one of: {', '.join(WORDS)}")
    return WORDS[words[0]](camera, asked[words[0]])


def fields_of(answer: Event) -> dict[str, Any]:
    """An answer without the line that it came in."""
    return {key: value for key, value in asdict(answer).items() if key != "message"}
