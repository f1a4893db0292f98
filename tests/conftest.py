"""Settings and fixtures for all tests: where the repository and the shared reference data are."""

import gc
import os
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

# Before NumPy comes: the tests share the cores among themselves, and BLAS' own threads would wait for them spinning.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import pytest
from hypothesis import settings
from madeleine.sim.board import VirtualBoard
from madeleine.sim.world import Scene, world

from tests import ROOT

# Machines differ in speed, so no deadline; in CI the same examples each time.
settings.register_profile("madeleine", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("madeleine")

REASONS_SHOWN = 8
REFERENCE = ROOT.parent / "shared"  # photographs and models that are not the project's to give away
GREY = np.full((224, 224, 3), 128, np.uint8)
BESIDE_THE_APP = "import uos, sys\nuos.chdir('/flash')\nsys.path.insert(0, 'lib')\n"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="take what the scenarios give now as the golden files")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What was skipped and why, the commonest reason first, in ten lines at most."""
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = Counter(str(report.longrepr[-1]).removeprefix("Skipped: ") for report in skipped)
    if not reasons:
        return
    named = reasons.most_common(REASONS_SHOWN)
    terminalreporter.section(f"skipped: {len(skipped)}")
    for reason, count in named:
        terminalreporter.write_line(f"{count:5}  {reason}")
    if len(reasons) > len(named):
        others = len(skipped) - sum(count for _, count in named)
        terminalreporter.write_line(f"{others:5}  for {len(reasons) - len(named)} other reasons: pytest -rs lists them")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that ask for the reference data carry the marker `reference`."""
    for item in items:
        if "shared" in getattr(item, "fixturenames", ()):
            item.add_marker("reference")


def pytest_collection_finish() -> None:
    """The app collects garbage at each change. Spare it what pytest and thousands of tests hold, 0.25 s each time."""
    collect = gc.collect
    gc.collect = lambda generation=0: collect(generation)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[Any]:
    """CI that has the reference data fails when a test over them is skipped, whatever the reason."""
    report = yield
    needed = item.get_closest_marker("reference") and os.environ.get("CI") and _has_reference()
    if report.skipped and not hasattr(report, "wasxfail") and needed:
        report.outcome = "failed"
        report.longrepr = f"skipped, although {REFERENCE} exists: {report.longrepr[2]}"
    return report


def _has_reference() -> bool:
    return (REFERENCE / "models").is_dir()


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository's root, which mirrors the board's flash."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The optional folder of reference photographs and models next to the repository; a test without it is skipped."""
    if not _has_reference():
        pytest.skip(f"no reference data in {REFERENCE} (CONTRIBUTING.md)")
    return REFERENCE


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
