"""What the doctor finds: one line each."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["problem", "hint", "fine"]


@dataclass(frozen=True)
class Finding:
    """`code` is for programs and stays the same; a problem keeps the camera from working, a hint does not."""

    level: Level
    code: str
    what: str
    why: str = ""
    do: str = ""

    def __str__(self) -> str:
        return ": ".join(part for part in (self.what, self.why, self.do) if part)


def problem(code: str, what: str, why: str, do: str) -> Finding:
    """The camera does not work because of this."""
    return Finding("problem", code, what, why, do)


def hint(code: str, what: str, why: str, do: str) -> Finding:
    """It works, but not as well as it could."""
    return Finding("hint", code, what, why, do)


def fine(code: str, what: str) -> Finding:
    """As it should be."""
    return Finding("fine", code, what)
