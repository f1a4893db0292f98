"""What the screen wants of a person: read off the panel as people do, by the line that says what the buttons do now."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from madeleine import fonts

LINES = {  # lib/menu.py, lib/view.py
    "menu": ("A: choose   B: next", "A: change   B: next", "A: select   B: next"),
    "question": ("A: yes   B: no",),
}


def asked(texts: Iterable[str]) -> str | None:
    """What is open on a panel with these texts: "menu", "question", or None."""
    shown = set(texts)
    return next((what for what in LINES if shown & _said(what)), None)


@cache
def _said(what: str) -> frozenset[str]:
    """The lines in every language that the screen speaks."""
    said = set(LINES[what])
    for file in sorted(Path(fonts.__file__).parent.glob("*.words")):
        for row in file.read_text(encoding="utf-8").splitlines():
            sentence, _, translation = row.partition("\t")
            if sentence in LINES[what]:
                said.add(translation)
    return frozenset(said)
