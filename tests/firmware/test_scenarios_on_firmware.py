"""The scenario files of the virtual board, played on the real firmware: the same expectations, screens included.

Needs MAIXPY_FIRMWARE, the path of a MaixPy image (tools/k210/README.md).
"""

import pytest
from madeleine.sim.scenario import expectations
from madeleine.sim.scenario.stage import play

from tests import ROOT
from tests.firmware import on_firmware  # noqa: F401
from tests.firmware.scenario_stage import FirmwareStage

pytestmark = pytest.mark.timeout(3600)

SCENARIOS = ROOT / "tests/scenarios"
# The others need what the emulator has no hand for (troubles of parts, files changed on flash, sounds), a
# reader of cards better than the firmware's (odd-cards), or the large letters before the app starts (no-model).
PLAYED = (
    "first-lesson",
    "coach",
    "film",
    "probable",
    "classes-and-undo",
    "cards",
    "card-commands",
    "gauge",
    "menu",
    "host",
    "noise",
    "cut-line",
    "japanese-names",
)


@pytest.mark.parametrize("name", PLAYED)
def test_scenario(name, tmp_path, monkeypatch):
    path = SCENARIOS / f"{name}.txt"
    stage = FirmwareStage(SCENARIOS, tmp_path)

    def screen(runner, text):
        return runner.until(lambda: stage.shows(text), lambda: f"the panel does not show {text!r}")

    def screen_lacks(runner, text):
        return runner.until(lambda: not stage.shows(text), lambda: f"the panel shows {text!r}")

    monkeypatch.setitem(expectations.EXPECTATIONS, "screen", screen)
    monkeypatch.setitem(expectations.EXPECTATIONS, "screen-lacks", screen_lacks)
    play(path.read_text(encoding="utf-8"), str(path), stage, print)
