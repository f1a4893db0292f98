"""How the texts after the words of a scenario are read. ValueError: the text cannot be meant."""

import json

from madeleine.sim.world import FRAME_MS

TYPE_CHECKING = False  # MicroPython has no typing
if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import Any


def fields_of(line: str) -> "dict[str, Any]":
    """A line of the app as a dict; empty when it is not a JSON object."""
    try:
        fields = json.loads(line)
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


def whole(text: str) -> int:
    """A whole number, decimal or 0x...; ValueError otherwise."""
    return int(text, 16) if text.startswith('0x') else int(text)


def hexadecimal(text: str) -> bytes:
    text = text.replace(' ', '')
    return bytes([int(text[i : i + 2], 16) for i in range(0, len(text), 2)])


def frame_count(text: str) -> int:
    """'10 frames' or '500ms' as a number of frames."""
    if text.endswith(' frames'):
        return whole(text[:-7])
    if text.endswith('ms'):
        return -(-whole(text[:-2]) // FRAME_MS)
    raise ValueError('a time is written as 10 frames or 900ms')
