"""Cameras that are plugged in and out while `--each` looks for them."""

from collections.abc import Sequence

import pytest
from madeleine.camera import many
from madeleine.camera.ports import Port


def plug_in(monkeypatch: pytest.MonkeyPatch, looks: Sequence[list[Port]]) -> None:
    """What is plugged in at each look, one after the other; then Ctrl-C. Nobody waits between two looks."""
    left = iter(looks)

    def candidates() -> list[Port]:
        try:
            return next(left)
        except StopIteration:
            raise KeyboardInterrupt from None

    monkeypatch.setattr(many, "candidates", candidates)
    monkeypatch.setattr(many, "LOOK_S", 0.0)
