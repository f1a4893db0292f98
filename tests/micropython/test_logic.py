"""The app's logic does the same under the board's language, under today's MicroPython and under CPython."""

from collections.abc import Callable
from pathlib import Path

SCRIPT = Path(__file__).parent / "scripts/logic.py"
Run = Callable[..., str]


def test_same_under_the_language_of_the_board(language: Run, cpython: Run) -> None:
    assert language(SCRIPT).splitlines() == cpython(SCRIPT).splitlines()


def test_same_under_todays_micropython(current: Run, cpython: Run) -> None:
    assert current(SCRIPT).splitlines() == cpython(SCRIPT).splitlines()
