"""The fields of a message. What came over a cable is wrong until it is looked at: each is checked when it is read."""

import math
import unicodedata
from dataclasses import dataclass
from typing import Any

from madeleine.device import constants
from madeleine.errors import ToolError

Message = dict[str, Any]
TEXT_MAX = 200  # characters of any name or sentence that is kept; Madeleine has names of 32, Brownie of any length
UNSAYABLE = ("Cc", "Cs", "Zl", "Zp")  # control characters, halves of pairs, ends of lines
WHOLE_MAX = 1 << 31


class Nonsense(ToolError):
    """The camera has answered, but not with what the answer must hold."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"the camera's answer makes no sense: {what}: try another cable; `madeleine setup` writes firmware and app "
            "again"
        )


def clean(text: str) -> str:
    """Text without anything that moves a cursor or breaks a line, and not endless."""
    short = text[:TEXT_MAX]
    if short.isprintable():
        return short
    return "".join("\ufffd" if unicodedata.category(letter) in UNSAYABLE else letter for letter in short)


def fields_of(value: object) -> "Fields":
    """An object of JSON; Nonsense for anything else."""
    if not isinstance(value, dict):
        raise Nonsense("it is not an object")
    return Fields(value)


@dataclass(frozen=True)
class Fields:
    """A message, or an object in one. `text`, `number`, `flag`, `whole`: None for what is not there or of another kind.

    `needed_*` raise Nonsense instead.
    """

    message: Message

    def text(self, key: str) -> str | None:
        """A field as text that can be shown and handed on, or None when it is none."""
        value = self.message.get(key)
        return clean(value) if isinstance(value, str) else None

    def number(self, key: str) -> float | None:
        """A field as a finite number, or None when it is none."""
        value = self.message.get(key)
        if not isinstance(value, int | float) or isinstance(value, bool):
            return None
        return float(value) if abs(value) < 1e15 and math.isfinite(value) else None

    def flag(self, key: str) -> bool | None:
        """A field as true or false, or None when it is neither."""
        value = self.message.get(key)
        return value if isinstance(value, bool) else None

    def whole(self, key: str) -> int | None:
        """A field as a whole number, or None when it is none."""
        value = self.number(key)
        return None if value is None else int(value)

    def point(self, key: str) -> tuple[int, int] | None:
        """A field as a place in the camera's picture, or None when it is none."""
        value = self.message.get(key)
        if not isinstance(value, list) or len(value) != 2 or not all(type(one) is int for one in value):
            return None
        x, y = value
        return (x, y) if 0 <= x < constants.SIDE_PX and 0 <= y < constants.SIDE_PX else None

    def needed_text(self, key: str) -> str:
        """A field as the very text that it is."""
        value = self.message.get(key)
        if not isinstance(value, str):
            raise Nonsense(f"{key} is not a text")
        return value

    def needed_whole(self, key: str, least: int = 0, most: int = WHOLE_MAX) -> int:
        """A field as a whole number of least..most."""
        value = self.message.get(key)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise Nonsense(f"{key} is not a whole number of {least} to {most}")
        return value

    def needed_texts(self, key: str) -> list[str]:
        """A field as a list of texts."""
        return texts_of(self.message.get(key), key)


def texts_of(value: object, title: str) -> list[str]:
    """A list of texts; Nonsense for anything else."""
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise Nonsense(f"{title} is not a list of texts")
    return value
