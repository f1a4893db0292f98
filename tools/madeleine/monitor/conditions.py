"""When a rule acts, beyond a name that appears or goes: a reading, a duration, a count, a sequence, quiet hours."""

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time

UNITS_S = {"s": 1, "min": 60, "h": 3600, "d": 86400}
LONGEST_S = 31 * 86400.0
COUNT_MAX = 1000
COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
}


@dataclass(frozen=True)
class Reading:
    """What the gauge must say: "< 20"."""

    sign: str
    value: float

    def holds(self, reading: float | None) -> bool:
        """Does a reading fit? None (off the line) fits nothing."""
        return reading is not None and COMPARISONS[self.sign](reading, self.value)

    def __str__(self) -> str:
        return f"{self.sign} {self.value:g}"


@dataclass(frozen=True)
class Hours:
    """A part of each day, by the computer's clock; it may go over midnight."""

    start: time
    end: time

    def include(self, at_s: float) -> bool:
        """Is this time (seconds since 1970) in it?"""
        now = datetime.fromtimestamp(at_s).time()
        if self.start <= self.end:
            return self.start <= now < self.end
        return now >= self.start or now < self.end


@dataclass(frozen=True)
class Conditions:
    """What else a rule asks for; None and 1 ask for nothing."""

    gauge: Reading | None = None
    for_s: float | None = None  # so long without a break
    unseen_s: float | None = None  # none of the names for so long
    count: int = 1  # only every so manieth time
    after: str | None = None  # only after this name has appeared
    within_s: float | None = None  # the time for `after`, or for the count
    quiet: Hours | None = None


def seconds(text: object) -> float:
    """A duration such as "5 min", in seconds; ValueError with what it may be."""
    found = re.fullmatch(r"(\d{1,6}(?:\.\d{1,3})?) ?(s|min|h|d)", text) if isinstance(text, str) else None
    duration_s = float(found[1]) * UNITS_S[found[2]] if found else 0.0
    if not 0 < duration_s <= LONGEST_S:
        raise ValueError('is a duration such as "30 s", "5 min", "2 h", "1 d", 31 d at most')
    return duration_s


def reading(text: object) -> Reading:
    """A comparison such as "< 20"; ValueError with what it may be."""
    found = re.fullmatch(r"(<=?|>=?|=) ?(-?\d{1,5}(?:\.\d)?)", text) if isinstance(text, str) else None
    if not found:
        raise ValueError('is a comparison such as "< 20"; there are < <= > >= =')
    return Reading(found[1], float(found[2]))


def hours(text: object) -> Hours:
    """A part of the day such as "22:00-07:00"; ValueError with what it may be."""
    try:
        start, end = (time.fromisoformat(part) for part in text.split("-"))  # type: ignore[attr-defined]
    except (AttributeError, ValueError):
        raise ValueError('is a part of the day such as "22:00-07:00"') from None
    if start == end or start.tzinfo or end.tzinfo:
        raise ValueError('is a part of the day such as "22:00-07:00"')
    return Hours(start, end)


def times(value: object) -> int:
    """A count; ValueError with what it may be."""
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= COUNT_MAX:
        raise ValueError(f"is a whole number from 1 to {COUNT_MAX}")
    return value
