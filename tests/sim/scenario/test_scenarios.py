"""Every scenario is played on the virtual board; what was said is compared with tests/golden, and so are some screens.

`pytest --accept` writes what it finds there as the new truth. What was said must be the same on every build: CI plays
each scenario on the oldest and the newest of them, which have every fact that a build can have, and every third on one
between; elsewhere on one more build.
"""

import os
import re
from pathlib import Path

import pytest
from madeleine.sim.builds import BUILDS
from madeleine.sim.scenario.stage import BUILD, HostStage, play, play_file
from madeleine.sim.shot import difference
from PIL import Image

from tests import ROOT

HERE = ROOT / "tests"
SCENARIOS = sorted((HERE / "scenarios").glob("*.txt"))
GOLDEN = HERE / "golden"
# What another Pillow, another tour model or the next release may change without anything being wrong.
VARYING = (
    (r'("(?:next_)?distance"): [0-9.]+', r"\1: *"),
    (r'("next"): "(?:[^"\\]|\\.)*"', r"\1: *"),
    (r'("scores"): \[.*\]\]', r"\1: *"),
    (r'("model"|"app"): "[^"]*"', r'\1: "*"'),
    (r'("event": "(?:gauge|oddness)", "value"): [1-9][0-9]?\b', r"\1: *"),
    (r"^grove =[1-9][0-9]?\\0", r"grove =*\\0"),
    (r"^usb   File .*\n", ""),  # a traceback: its last line stays
    (r"^usb ###free .*\n", ""),  # the firmware's own
    (r'("vector"): "[^"]*"', r'\1: "*"'),
    (r'("uptime_s"): [0-9]+', r"\1: *"),
    (r'("box"|"centre"): \[[0-9, ]*\]', r"\1: *"),
    (r"no (kmodel of version 3|model) at (0x300000)(, or a too large one)?", r"no (*) at \2"),  # as the build knows it
)
OTHER_BUILDS = [build for build in BUILDS if build != BUILD]
EDGES = ("v0.4.0_47", "v0.6.3")
BETWEEN = [build for build in OTHER_BUILDS if build not in EDGES]
ONE_BUILDS_OWN = {"name", "release", "version", "lcd_type", "ws2812"}  # what only one build between has so
CARD_NEEDS_BOOT = "with a card in, this build starts /sd/boot.py only"


@pytest.fixture
def accept(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--accept", default=False))


def settled(transcript: list[str]) -> str:
    text = "\n".join(transcript) + "\n"
    for pattern, replacement in VARYING:
        text = re.sub(pattern, replacement, text, flags=re.MULTILINE)
    return text


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_scenario(path: Path, accept: bool, tmp_path: Path) -> None:
    runner, stage = play_file(path)
    found = settled(runner.transcript)
    golden = GOLDEN / f"{path.stem}.transcript"
    if accept:
        golden.write_text(found, encoding="utf-8")
    assert found == golden.read_text(encoding="utf-8")
    for shot in stage.shots:
        check_screen(GOLDEN / f"{path.stem}-{shot.name}", shot.screen, accept, tmp_path)


def check_screen(golden: Path, screen: Image.Image, accept: bool, tmp_path: Path) -> None:
    if accept:
        screen.save(golden)
    changed = difference(Image.open(golden).convert("RGB"), screen)
    if changed is not None:
        picture = tmp_path / golden.name
        changed.save(picture)
        pytest.fail(f"{golden.name}: the screen differs; expected, found and the difference are in {picture}")


def plays_elsewhere() -> list[pytest.param]:
    """Each scenario on two or three builds beside the usual one, or on one where time is short."""
    found = []
    for number, path in enumerate(SCENARIOS):
        between = BETWEEN[number % len(BETWEEN)]
        thorough = [*EDGES, between] if number % 3 == 0 else EDGES
        builds = thorough if os.environ.get("CI") else [OTHER_BUILDS[number % len(OTHER_BUILDS)]]
        for build in builds:
            unable = path.stem == "sd-card" and not BUILDS[build].flash_boot_with_card
            marks = [pytest.mark.xfail(reason=CARD_NEEDS_BOOT, strict=True)] if unable else []
            found.append(pytest.param(path, build, id=f"{path.stem}-{build}", marks=marks))
    return found


@pytest.mark.parametrize(("path", "build"), plays_elsewhere())
def test_every_build_says_the_same(path: Path, build: str, tmp_path: Path) -> None:
    stage = HostStage(tmp_path / "flash", path.parent)
    runner = play(f"build {build}\n{path.read_text(encoding='utf-8')}", str(path), stage)
    first, *transcript = runner.transcript
    assert first == f"> build {build}"
    assert settled(transcript) == (GOLDEN / f"{path.stem}.transcript").read_text(encoding="utf-8")


def test_the_builds_at_the_edges_have_what_builds_can_have() -> None:
    """So each scenario meets each fact of a build: with the usual one, they have every value that there is."""
    for fact in vars(BUILDS[BUILD]).keys() - ONE_BUILDS_OWN:
        met = {getattr(BUILDS[build], fact) for build in (BUILD, *EDGES)}
        assert {getattr(row, fact) for row in BUILDS.values()} == met, fact
