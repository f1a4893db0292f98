"""The app's JSON lines on USB (docs/FORMATS.md, USB): requests to bytes, bytes to lines, lines to messages.

Whatever comes is tolerated: garbage, half lines, NUL bytes, the firmware's own messages.
"""

import json
from collections.abc import Mapping
from typing import Any

from madeleine.camera.fields import Message
from madeleine.device import messages

LINE_MAX_BYTES = 65536  # longer ones are no message of the app, and not kept


def as_bytes(request: Mapping[str, Any]) -> bytes:
    """A request without the end of its line. Letters go as they are: the board's JSON reader knows no surrogates."""
    return json.dumps(request, ensure_ascii=False).encode()


class Splitter:
    """Bytes in, whole lines of text out; bounded, whatever comes."""

    def __init__(self) -> None:
        self._lines = messages.Lines(LINE_MAX_BYTES)

    def feed(self, data: bytes) -> list[str]:
        """The lines that `data` completes, without their ends, none empty; too long ones are left out."""
        return [line.decode("utf-8", "replace") for line in self._lines.feed(data) if line is not None]

    @property
    def rest(self) -> bytes:
        """What has come of the next line: a prompt, or half a message."""
        return self._lines.rest


def parse(line: str) -> Message | None:
    """A line as a message of the app, or None for any other line."""
    start = line.find("{")  # something without an end may stand before it
    if start < 0:
        return None
    try:
        message = json.loads(line[start:])
    except (ValueError, RecursionError):
        return None
    ours = isinstance(message, dict) and isinstance(message.get("v"), int) and isinstance(message.get("event"), str)
    return message if ours else None
