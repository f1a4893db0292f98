"""The app's logic does the same under the board's language, under today's MicroPython and under CPython."""

from collections.abc import Callable
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "scripts"
SCRIPTS = (FOLDER / "logic.py", FOLDER / "storing.py")
Run = Callable[..., str]


def test_same_under_the_language_of_the_board(language: Run, cpython: Run) -> None:
    expected = [line for script in SCRIPTS for line in cpython(script).splitlines()]
    assert language(*SCRIPTS).splitlines() == expected


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda file: file.stem)
def test_same_under_todays_micropython(script: Path, current: Run, cpython: Run) -> None:
    assert current(script).splitlines() == cpython(script).splitlines()
