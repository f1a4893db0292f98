"""How the texts after the words of a scenario are read. ValueError: the text cannot be meant."""

import json

from madeleine.sim.world import FRAME_MS

TYPE_CHECKING = False  # MicroPython has no typing
if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import Any

WHOLE_MAX = 1 << 24  # bytes of flash, and more than anything else that is counted
DIGITS_MAX = 12


def fields_of(line: str) -> "dict[str, Any]":
    """A line of the app as a dict; empty when it is not a JSON object."""
    try:
        fields = data_of(line)
    except ValueError:
        return {}
    return fields if isinstance(fields, dict) else {}


def needed(text: str) -> str:
    if not text:
        raise ValueError('something must follow this word')
    return text


def none(text: str) -> None:
    if text:
        raise ValueError('nothing may follow this word')


def one_of(text: str, choices: "Collection[str]") -> str:
    if text not in choices:
        raise ValueError(repr(text) + ' is none of ' + ' '.join(choices))
    return text


def split(text: str, count: int) -> list[str]:
    parts = text.split()
    if len(parts) != count:
        raise ValueError(f'{count} words must follow')
    return parts


def whole(text: str, least: int = 0, most: int = WHOLE_MAX) -> int:
    """A whole number of least..most, decimal or 0x...; ValueError otherwise."""
    if len(text) <= DIGITS_MAX:
        value = int(text, 16) if text.startswith('0x') else int(text)
        if least <= value <= most:
            return value
    raise ValueError(f'{text[:DIGITS_MAX]!r} is not a whole number of {least} to {most}')


def hexadecimal(text: str) -> bytes:
    """Bytes, each written with two digits; blanks between them do not matter."""
    text = text.replace(' ', '').lower()
    if len(text) % 2 or text.strip('0123456789abcdef'):
        raise ValueError('bytes are written with two hexadecimal digits each')
    return bytes([int(text[i : i + 2], 16) for i in range(0, len(text), 2)])


def data_of(text: str) -> "Any":
    """JSON as data; ValueError when it is none, or nested without end."""
    try:
        return json.loads(text)
    except RuntimeError as error:  # of the parser's recursion, on either Python
        raise ValueError('this is nested too deep') from error


def frame_count(text: str) -> int:
    """'10 frames' or '500ms' as a number of frames."""
    if text.endswith(' frames'):
        return whole(text[:-7])
    if text.endswith('ms'):
        return -(-whole(text[:-2]) // FRAME_MS)
    raise ValueError('a time is written as 10 frames or 900ms')
