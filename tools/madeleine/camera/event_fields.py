"""The fields of events: their types, and how each is read from a message that may be nonsense."""

from collections.abc import Callable, Mapping
from typing import Any

from madeleine.camera.fields import Fields, clean
from madeleine.device import constants, pose

Point = tuple[int, int]
Box = tuple[int, int, int, int]
Scores = tuple[tuple[str, float], ...]
Body = tuple[tuple[int, int, int], ...]
Names = tuple[str, ...]
PAIRS_MAX = 1000  # a camera has 250 examples


def _box(said: Fields, key: str) -> Box | None:
    value = said.message.get(key)
    if not isinstance(value, list) or len(value) != 4 or not all(type(one) is int for one in value):
        return None
    x, y, width, height = value
    inside = min(value) >= 0 and x + width <= constants.SIDE_PX and y + height <= constants.SIDE_PX
    return (x, y, width, height) if inside else None


def _pairs(said: Fields, key: str) -> list[tuple[str, float]] | None:
    """A list of [name, number]."""
    value = said.message.get(key)
    if not isinstance(value, list) or len(value) > PAIRS_MAX:
        return None
    pairs = [Fields({"name": one[0], "number": one[1]}) for one in value if isinstance(one, list) and len(one) == 2]
    found = [(pair.text("name"), pair.number("number")) for pair in pairs]
    named = [(name, number) for name, number in found if name is not None and number is not None]
    return named if len(named) == len(value) else None


def _names(said: Fields, key: str) -> Names | None:
    value = said.message.get(key)
    if not isinstance(value, list) or len(value) > PAIRS_MAX or not all(isinstance(one, str) for one in value):
        return None
    return tuple(clean(one) for one in value)


def _counts(said: Fields, key: str) -> Mapping[str, int] | None:
    pairs = _pairs(said, key)
    return None if pairs is None else {name: int(count) for name, count in pairs}


def _body(said: Fields, key: str) -> Body | None:
    """All points, or none."""
    value = said.message.get(key)
    if not isinstance(value, list) or len(value) not in (0, pose.POINTS):
        return None
    right = all(isinstance(one, list) and len(one) == 3 and all(type(part) is int for part in one) for one in value)
    return tuple((x, y, score) for x, y, score in value) if right else None


def _scores(said: Fields, key: str) -> Scores | None:
    pairs = _pairs(said, key)
    return None if pairs is None else tuple(pairs)


def _value(said: Fields, key: str) -> str | None:
    """The value of a setting, which older apps send as a number."""
    value = said.message.get(key)
    return clean(str(value)) if isinstance(value, str | int) else None


READERS: dict[Any, Callable[[Fields, str], object]] = {
    str: _value,
    str | None: Fields.text,
    int: Fields.whole,
    int | None: Fields.whole,
    float | None: Fields.number,
    bool: Fields.flag,
    bool | None: Fields.flag,
    Point | None: Fields.point,
    Box | None: _box,
    Scores: _scores,
    Body: _body,
    Names: _names,
    Mapping[str, int]: _counts,
}
NEEDED = (str, int, bool, Scores, Body, Names, Mapping[str, int])
