"""What `madeleine doctor` has the board run at its prompt, on the virtual board."""

import json
from collections.abc import Callable
from pathlib import Path

from madeleine.board.doctor.board import look


def test_it_needs_no_app_on_the_camera(said: Callable[..., str], root: Path) -> None:
    found = json.loads(said(look(root), model=root / "models/tour.kmodel"))
    assert found["firmware"]["lacks"] == []
    assert isinstance(found["model"], int)
    assert found["battery_mv"] == 0, "the app alone switches measuring on"
    assert (found["flash"], found["card"], found["version"]) == (["boot.py"], [], "")


def test_it_says_why_there_is_no_model(said: Callable[..., str], root: Path) -> None:
    assert "load error" in json.loads(said(look(root)))["model"]
