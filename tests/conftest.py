"""Settings and fixtures for all tests: where the repository and the shared reference data are."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import settings
from madeleine.sim.board import VirtualBoard
from madeleine.sim.world import Scene, world

from tests import ROOT

# Machines differ in speed, so no deadline; in CI the same examples each time.
settings.register_profile("madeleine", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("madeleine")

GREY = np.full((224, 224, 3), 128, np.uint8)
BESIDE_THE_APP = "import uos, sys\nuos.chdir('/flash')\nsys.path.insert(0, 'lib')\n"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="take what the scenarios give now as the golden files")


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository's root, which mirrors the board's flash."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference photographs and models beside the repository; a skip without it, a failure in CI."""
    folder = ROOT.parent / "shared"
    if not (folder / "models").is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"CI needs the reference data in {folder}")
        pytest.skip(f"no reference data in {folder}")
    return folder


@pytest.fixture
def said(tmp_path: Path, root: Path) -> Iterator[Callable[..., list[str]]]:
    """Runs a program beside the app's files and gives the lines that it printed."""

    def run(program: str, seen: np.ndarray = GREY, **options: Any) -> list[str]:
        board = VirtualBoard(tmp_path / "flash", **options)
        board.install(root)
        (tmp_path / "flash" / "boot.py").write_text(BESIDE_THE_APP + program)
        world.scene = Scene("seen", seen)
        assert board.boot() == "prompt"
        return board.world.usb_out.decode("utf-8", "surrogateescape").split("\r\n")[:-1]

    yield run
    world.power_on()
