"""Pictures of the screen: framed and enlarged pixel for pixel, many on one sheet, and what differs between two."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFont

SCALE = 2
BEZEL_PX, CAPTION_PX, GAP_PX = 10, 34, 14
BEZEL, PAPER, INK = (44, 46, 52), (246, 245, 242), (40, 40, 46)
COLUMNS = 3
CAPTION_SIZE_PX = 15
NOTICEABLE = 24  # of 255: another release of Pillow may smooth an edge differently, by a step or two of RGB565


Font: TypeAlias = ImageFont.FreeTypeFont | ImageFont.ImageFont


@dataclass(frozen=True)
class Shot:
    """A screen as it was: the name of its file, what it shows in words, its pixels."""

    name: str
    caption: str
    screen: Image.Image


def framed(screen: Image.Image) -> Image.Image:
    """The screen enlarged pixel for pixel, in a neutral frame."""
    size = (screen.width * SCALE, screen.height * SCALE)
    picture = Image.new("RGB", (size[0] + 2 * BEZEL_PX, size[1] + 2 * BEZEL_PX), BEZEL)
    picture.paste(screen.resize(size, Image.Resampling.NEAREST), (BEZEL_PX, BEZEL_PX))
    return picture


def contact_sheet(shots: list[Shot], font: Font | None = None) -> Image.Image:
    """All screens with their captions, in rows of three; `font`: of the captions."""
    cells = [framed(shot.screen) for shot in shots]
    width = max((cell.width for cell in cells), default=0) + GAP_PX
    height = max((cell.height for cell in cells), default=0) + CAPTION_PX
    rows = -(-len(cells) // COLUMNS)
    sheet = Image.new("RGB", (COLUMNS * width + GAP_PX, rows * height + GAP_PX), PAPER)
    pen, font = ImageDraw.Draw(sheet), font or ImageFont.load_default(CAPTION_SIZE_PX)
    for number, (shot, cell) in enumerate(zip(shots, cells, strict=True)):
        left, top = GAP_PX + number % COLUMNS * width, GAP_PX + number // COLUMNS * height
        sheet.paste(cell, (left, top))
        pen.text((left + 2, top + cell.height + 5), f"{number + 1}. {shot.caption or shot.name}", INK, font)
    return sheet


def difference(one: Image.Image, other: Image.Image) -> Image.Image | None:
    """The two side by side, and beside them what differs, bright; None when nobody would notice."""
    width, height = max(one.width, other.width), max(one.height, other.height)
    padded = [Image.new("RGB", (width, height)), Image.new("RGB", (width, height))]
    for room, picture in zip(padded, (one, other), strict=True):
        room.paste(picture, (0, 0))
    changed = np.asarray(ImageChops.difference(*padded)).max(axis=2) > NOTICEABLE
    if one.size == other.size and not changed.any():
        return None
    sheet = Image.new("RGB", (3 * width, height), PAPER)
    sheet.paste(padded[0], (0, 0))
    sheet.paste(padded[1], (width, 0))
    sheet.paste(Image.fromarray((changed * 255).astype(np.uint8)), (2 * width, 0))
    return sheet
