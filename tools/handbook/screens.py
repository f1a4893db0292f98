"""Cuts the sheets of all screens into single pictures: `python -m handbook.screens docs`, after `poe pictures`."""

import argparse
import re
from pathlib import Path

from madeleine.sim.screens import ENGLISH, LANGUAGES, SCREENS
from madeleine.sim.shot import BEZEL_PX, CAPTION_PX, COLUMNS, GAP_PX, SCALE
from PIL import Image

WIDTH_PX, HEIGHT_PX = 240, 135
COLOURS = 64


def sheet(folder: Path, language: str) -> Path:
    """The sheet of a language."""
    return folder / ("screens.png" if language == ENGLISH else f"screens.{language}.png")


def names() -> list[str]:
    """The screens in the order of the sheet: `01-start` and so on."""
    return re.findall(r"^shot (\S+)\.png ", SCREENS.read_text(encoding="utf-8"), re.MULTILINE)


def cut(sheet: Image.Image) -> list[Image.Image]:
    """The screens of a sheet, without frame, pixel for pixel as the camera has them."""
    step_x = SCALE * WIDTH_PX + 2 * BEZEL_PX + GAP_PX
    step_y = SCALE * HEIGHT_PX + 2 * BEZEL_PX + CAPTION_PX
    found = []
    for number in range(len(names())):
        left = GAP_PX + number % COLUMNS * step_x + BEZEL_PX
        top = GAP_PX + number // COLUMNS * step_y + BEZEL_PX
        screen = sheet.crop((left, top, left + SCALE * WIDTH_PX, top + SCALE * HEIGHT_PX))
        found.append(screen.resize((WIDTH_PX, HEIGHT_PX), Image.Resampling.NEAREST))
    return found


def picture(folder: Path, name: str, language: str) -> Path:
    """The file of one screen."""
    return folder / "screens" / (f"{name}.png" if language == ENGLISH else f"{name}.{language}.png")


def save(screen: Image.Image, folder: Path, name: str, language: str) -> None:
    """Writes one screen, in few colours."""
    few = screen.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(picture(folder, name, language), optimize=True)


def main() -> None:
    """Writes all of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the sheets are; the pictures go to its folder screens")
    folder = parser.parse_args().folder
    (folder / "screens").mkdir(exist_ok=True)
    for language in LANGUAGES:
        with Image.open(sheet(folder, language)) as picture_of_all:
            for name, screen in zip(names(), cut(picture_of_all), strict=True):
                screen.save(picture(folder, name, language), optimize=True)


if __name__ == "__main__":
    main()
