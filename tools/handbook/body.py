"""The screen of the pose mode: `python -m handbook.body docs` plays it on the virtual board, with a drawn person.

A small module takes the place of the network's: it gives the points by which the person is drawn.
"""

import argparse
import tempfile
from pathlib import Path

from madeleine.device import constants
from madeleine.sim.scenario.parser import parse
from madeleine.sim.scenario.stage import HostStage, perform
from madeleine.sim.screens import ENGLISH, LANGUAGES
from PIL import Image, ImageDraw

from handbook.screens import save

NAME = "pose"
SCALE = 3  # drawn larger, then reduced: smooth edges
SIDE_PX = constants.SIDE_PX
POINTS = (  # in PoseNet's order; the person faces us, so the body's left is on the right
    *((112, 75), (117, 70), (107, 70), (123, 73), (101, 73)),  # nose, eyes, ears
    *((132, 101), (92, 101), (158, 88), (66, 112), (170, 57), (50, 137)),  # shoulders, elbows, wrists
    *((125, 152), (99, 152), (129, 188), (95, 188), (131, 221), (92, 221)),  # hips, knees, ankles
)
SCORE = 95
WALL, FLOOR, SKIN, HAIR, SHIRT, TROUSERS = "#c9d3d6", "#a58d6f", "#d9a27e", "#4a3427", "#7a4f8c", "#39485c"
NETWORK = """
class PoseNetwork:
    def load(self, picture):
        pass

    def points(self, picture):
        return %r
"""
SCRIPT = """expect usb {"event": "ready", "mode": "pose"}
frame person.png
wait 8 frames
shot pose.png
"""


def person() -> Image.Image:
    """Whoever stands before the lens."""
    picture = Image.new("RGB", (SIDE_PX * SCALE, SIDE_PX * SCALE), WALL)
    pen = ImageDraw.Draw(picture)
    pen.rectangle(_box(0, 196, SIDE_PX, SIDE_PX), FLOOR)
    for places, width, colour in (
        ((14, 12, 11, 13, 15), 17, TROUSERS),
        ((10, 8, 6), 11, SKIN),
        ((9, 7, 5), 11, SKIN),
        ((8, 6, 5, 7), 15, SHIRT),
    ):
        _limb(pen, [POINTS[place] for place in places], width, colour)
    pen.polygon([(x * SCALE, y * SCALE) for x, y in (POINTS[place] for place in (5, 6, 12, 11))], SHIRT)
    _limb(pen, [POINTS[12], POINTS[11]], 19, SHIRT)
    _limb(pen, [(112, 84), (112, 96)], 12, SKIN)
    pen.ellipse(_box(98, 51, 126, 80), HAIR)
    pen.ellipse(_box(100, 57, 124, 89), SKIN)
    for x, y in POINTS[9:11]:
        pen.ellipse(_box(x - 8, y - 8, x + 8, y + 8), SKIN)
    return picture.resize((SIDE_PX, SIDE_PX), Image.Resampling.BOX)


def _box(left: int, top: int, right: int, bottom: int) -> list[int]:
    return [SCALE * edge for edge in (left, top, right, bottom)]


def _limb(pen: ImageDraw.ImageDraw, places: list[tuple[int, int]], width: int, colour: str) -> None:
    pen.line([(x * SCALE, y * SCALE) for x, y in places], colour, width * SCALE, joint="curve")
    for x, y in places:
        pen.ellipse(_box(x - width // 2, y - width // 2, x + width // 2, y + width // 2), colour)


def screen(language: str, folder: Path) -> Image.Image:
    """The panel, with the sentences of a language; `folder` is for its flash."""
    flash = folder / "flash"
    stage = HostStage(flash, folder, writings=() if language == ENGLISH else (language,))
    person().save(folder / "person.png")
    (flash / "lib/pose_network.py").write_text(NETWORK % [(*point, SCORE) for point in POINTS], encoding="utf-8")
    (flash / constants.POSE_FILE).write_text(f"6 0 {language} json", encoding="utf-8")
    if stage.board.world.flash is not None:
        stage.board.world.flash.power_on()  # takes in what was written
    perform(parse(NAME, lambda _: SCRIPT), stage)
    return stage.shots[0].screen


def main() -> None:
    """Writes it to the folder screens, in each language."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="the pictures go to its folder screens")
    folder = parser.parse_args().folder
    for language in LANGUAGES:
        with tempfile.TemporaryDirectory() as scratch:
            save(screen(language, Path(scratch)), folder, NAME, language)


if __name__ == "__main__":
    main()
