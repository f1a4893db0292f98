"""Every screen of screens.txt on the real firmware: each text of the virtual board's, pixel by pixel.

Needs MAIXPY_FIRMWARE, the path of a MaixPy image (tools/k210/README.md).

    MAIXPY_FIRMWARE=IMAGE.bin python -m tests.firmware.test_screens_on_firmware en SHEET.png

plays it, too, and writes what the panel showed to one sheet.
"""

import itertools
import re
import sys
import tempfile
from pathlib import Path

import pytest
from madeleine.sim.scenario.stage import HostStage, perform
from madeleine.sim.screens import LANGUAGES, caption_font, screens, statements
from madeleine.sim.shot import Shot, contact_sheet
from madeleine.sim.world import world
from PIL import Image

from tests.firmware import on_firmware  # noqa: F401
from tests.firmware.panel_text import shows
from tests.firmware.scenario_stage import FirmwareStage

pytestmark = pytest.mark.timeout(7200)


def on_the_board(language, folder):
    """{name of the file: screen, uint8 (135, 240, 3)}: all but those of what stops it, which need other parts."""
    stage = Photographed(None, folder, "madeleine")
    perform(list(itertools.takewhile(lambda one: one.word != "cut", statements(language))), stage)
    return stage.screens


class Photographed(FirmwareStage):
    """Keeps its screens."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.screens = {}

    def shot(self, name, caption):
        self.screens[name] = self._camera.screen()


def on_the_virtual_board(language, folder, monkeypatch):
    """{name of the file: texts on the screen}; digits tell of the moment, and of how fast a board is."""
    texts = {}
    shot = HostStage.shot

    def noted(stage, name, caption):
        shot(stage, name, caption)
        texts[name] = [text for text in world.shown if not re.search("[0-9]", text)]

    monkeypatch.setattr(HostStage, "shot", noted)
    screens(language, folder)
    return texts


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_of_every_screen(language, tmp_path, monkeypatch):
    texts = on_the_virtual_board(language, tmp_path / "flash", monkeypatch)
    shown = on_the_board(language, tmp_path)
    assert len(shown) == 36 and sum(len(texts[name]) for name in shown) > 80
    missing = {name: [text for text in texts[name] if not shows(screen, text)] for name, screen in shown.items()}
    assert {name: lacking for name, lacking in missing.items() if lacking} == {}


def main():
    language, sheet = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        shown = on_the_board(language, Path(folder))
    shots = [Shot(name, name, Image.fromarray(screen)) for name, screen in shown.items()]
    contact_sheet(shots, caption_font(language)).save(sheet)


if __name__ == "__main__":
    main()
