"""Every screen of screens.txt on the real firmware: that of the virtual board, pixel by pixel.

Needs MAIXPY_FIRMWARE, the path of a MaixPy image (tools/k210/README.md).

    MAIXPY_FIRMWARE=IMAGE.bin python -m tests.firmware.test_screens_on_firmware en SHEET.png

plays it, too, and writes what the panel showed to one sheet.
"""

import itertools
import sys
import tempfile
from pathlib import Path

import pytest
from madeleine.sim.scenario.stage import perform
from madeleine.sim.screens import ENGLISH, caption_font, screens, statements
from madeleine.sim.shot import Shot, contact_sheet, difference
from PIL import Image

from tests.firmware import on_firmware  # noqa: F401
from tests.firmware.scenario_stage import FirmwareStage

pytestmark = pytest.mark.timeout(7200)

OF_THE_MOMENT = ("06-count-down.png", "20-about.png")  # a clock, and how many pictures a second


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


@pytest.mark.parametrize("language", [ENGLISH, "ja"])
def test_every_screen_is_that_of_the_virtual_board(language, tmp_path):
    virtual = {shot.name: shot.screen for shot in screens(language, tmp_path / "flash")}
    shown = on_the_board(language, tmp_path)
    assert len(shown) == 36
    other = [name for name in shown if difference(virtual[name], Image.fromarray(shown[name])) is not None]
    assert set(other) <= set(OF_THE_MOMENT)


def main():
    language, sheet = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        shown = on_the_board(language, Path(folder))
    shots = [Shot(name, name, Image.fromarray(screen)) for name, screen in shown.items()]
    contact_sheet(shots, caption_font(language)).save(sheet)


if __name__ == "__main__":
    main()
