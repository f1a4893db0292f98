"""The app's logic does the same under the board's language, under today's MicroPython and under CPython."""

from collections.abc import Callable
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parent / "scripts"
Run = Callable[..., str]

pytestmark = pytest.mark.parametrize(
    "script", [SCRIPTS / "logic.py", SCRIPTS / "storing.py"], ids=lambda file: file.stem
)


def test_same_under_the_language_of_the_board(script: Path, language: Run, cpython: Run) -> None:
    assert language(script).splitlines() == cpython(script).splitlines()


def test_same_under_todays_micropython(script: Path, current: Run, cpython: Run) -> None:
    assert current(script).splitlines() == cpython(script).splitlines()
