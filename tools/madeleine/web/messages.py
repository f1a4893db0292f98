"""What the page may say over its WebSocket: checked and bounded, or refused with a sentence."""

import json
import re
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from madeleine.device import messages
from madeleine.sim.scenes import SIDE_PX

TEXT_MAX_BYTES = 4096  # of an order
NUMBER_BYTES = 4  # before the pixels of a frame, little-endian
FRAME_BYTES = NUMBER_BYTES + SIDE_PX * SIDE_PX * 3
CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")

Order = dict[str, Any]  # as the page sends it: {"do": "button", "name": "A", "down": True}


class Unfit(ValueError):
    """A message that asks for nothing there is; its text is the sentence to answer with."""


@dataclass(frozen=True)
class Frame:
    """A picture for the lens: its number in its tab, from 1, and 224 x 224 x 3 bytes of RGB, row by row."""

    number: int
    pixels: bytes


def _is_boolean(value: Any) -> bool:
    return isinstance(value, bool)


def _is_button(value: Any) -> bool:
    return value in ("A", "B")


def _is_line(value: Any) -> bool:
    """One line of UTF-8 that the board takes."""
    if not isinstance(value, str) or CONTROL.search(value):
        return False
    try:
        return len(value.encode()) <= messages.LINE_MAX_BYTES
    except UnicodeEncodeError:  # half of a surrogate pair
        return False


# What can be asked for: the keys it needs and those it may have, each with what its value has to be.
Checks = dict[str, Callable[[Any], bool]]
ORDERS: dict[str, tuple[Checks, Checks]] = {
    "button": ({"name": _is_button, "down": _is_boolean}, {}),
    "power": ({"on": _is_boolean}, {}),
    "unplug": ({}, {"during": lambda value: value == "write"}),
    "plug": ({}, {}),
    "reset": ({}, {}),
    "usb": ({"line": _is_line}, {}),
    "interrupt": ({}, {}),
    "lens": ({}, {}),
    "shown": ({}, {}),
}


def order(text: str) -> Order:
    """A text message as one of ORDERS with exactly its keys; Unfit for any other."""
    if len(text) > TEXT_MAX_BYTES or len(text.encode("utf-8", "replace")) > TEXT_MAX_BYTES:
        raise Unfit(f"a message has at most {TEXT_MAX_BYTES} bytes")
    try:
        asked = json.loads(text)
    except (ValueError, RecursionError):
        raise Unfit("this is not JSON") from None
    word = asked.get("do") if isinstance(asked, dict) else None
    if not isinstance(word, str) or word not in ORDERS:
        raise Unfit(f'"do" is one of {", ".join(ORDERS)}')
    needed, possible = ORDERS[word]
    checks = needed | possible
    unknown = [key for key in asked if key != "do" and key not in checks]
    missing = [key for key in needed if key not in asked]
    if unknown or missing:
        raise Unfit(f"{word} takes {_listed(needed) or 'nothing more'}")
    for key, value in asked.items():
        if key != "do" and not checks[key](value):
            raise Unfit(f"this is no {key!r} of {word}")
    return dict(asked)


def _listed(keys: Checks) -> str:
    return " and ".join(keys)


def frame(data: bytes) -> Frame:
    """A binary message as a picture; Unfit when it is none."""
    if len(data) != FRAME_BYTES:
        raise Unfit(f"a picture has {FRAME_BYTES} bytes, its number and {SIDE_PX} x {SIDE_PX} x 3 of RGB")
    number = struct.unpack_from("<I", data)[0]
    if not number:
        raise Unfit("pictures are numbered from 1")
    return Frame(number, data[NUMBER_BYTES:])
