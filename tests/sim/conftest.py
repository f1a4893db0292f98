"""A virtual board with a program of the test's own."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from madeleine.sim.board import VirtualBoard
from madeleine.sim.world import Scene, world


@pytest.fixture
def board(tmp_path: Path) -> Iterator[Callable[..., VirtualBoard]]:
    """Makes a board whose boot.py is the text given; the other arguments are VirtualBoard's."""

    def make(boot: str, **options: Any) -> VirtualBoard:
        flash = tmp_path / "flash"
        made = VirtualBoard(flash, **options)
        (flash / "boot.py").write_text(boot)
        world.scene = Scene("grey", np.full((224, 224, 3), 128, np.uint8))
        return made

    yield make
    world.power_on()


@pytest.fixture
def said(board: Callable[..., VirtualBoard]) -> Callable[..., str]:
    """Runs a program to its end at the prompt and gives what it printed."""

    def run(program: str, **options: Any) -> str:
        made = board(program, **options)
        assert made.boot() == "prompt"
        return made.world.usb_out.decode("utf-8", "surrogateescape").replace("\r\n", "\n")

    return run
