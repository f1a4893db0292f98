"""Draws heats over a picture, side by side, with captions."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from madeleine.device import constants, glow, heat
from madeleine.explain.maps import Numbers
from madeleine.pictures import Pixels

PICTURE_PX, GAP_PX, CAPTION_PX = 2 * constants.SIDE_PX, 12, 44
STAYS = 0.3  # of the picture, where it is warm
COLD = 1 / len(glow.RAMP)  # of the hottest: below, the picture stays as it is
PAPER, INK, BOX = (246, 245, 242), (40, 40, 46), (255, 255, 255)


@dataclass(frozen=True)
class Panel:
    """A picture, what is laid over it, and what stands below: one or two lines."""

    caption: str
    picture: Pixels
    cells: Numbers | None = None
    top_px: int = 0  # where the first row of cells looks
    box: tuple[int, int, int, int] | None = None


def sheet(panels: Sequence[Panel]) -> Image.Image:
    """The panels in a row."""
    width = len(panels) * (PICTURE_PX + GAP_PX) + GAP_PX
    page = Image.new("RGB", (width, PICTURE_PX + 2 * GAP_PX + CAPTION_PX), PAPER)
    pen = ImageDraw.Draw(page)
    for number, panel in enumerate(panels):
        x = GAP_PX + number * (PICTURE_PX + GAP_PX)
        page.paste(_drawn(panel), (x, GAP_PX))
        pen.multiline_text((x, PICTURE_PX + GAP_PX + 6), panel.caption, INK, ImageFont.load_default(15))
    return page


def overlay(picture: Pixels, cells: Numbers, top_px: int = 0) -> Pixels:
    """The colours of a heat, (7, 7) and none below 0, over a picture, uint8 (224, 224, 3)."""
    share = smooth(cells / max(float(cells.max()), 1e-12), top_px)
    place = np.clip(share, 0, 1) * (len(glow.RAMP) - 1)
    steps = np.arange(len(glow.RAMP))
    colours = np.stack([np.interp(place, steps, [color[i] for color in glow.RAMP]) for i in range(3)], axis=-1)
    mixed = np.where((share >= COLD)[..., None], STAYS * picture + (1 - STAYS) * colours, picture)
    return mixed.round().astype(np.uint8)


def smooth(cells: Numbers, top_px: int = 0) -> NDArray[np.float64]:
    """A number for each pixel of the picture, between the cells' by straight lines."""
    pixels, places = np.arange(constants.SIDE_PX), heat.CELL_PX * np.arange(heat.SIDE)
    rows = np.stack([np.interp(pixels, places + top_px, column) for column in cells.T], axis=1)
    return np.stack([np.interp(pixels, places, row) for row in rows])


def _drawn(panel: Panel) -> Image.Image:
    seen = panel.picture if panel.cells is None else overlay(panel.picture, panel.cells, panel.top_px)
    drawn = Image.fromarray(seen).resize((PICTURE_PX, PICTURE_PX), Image.Resampling.BICUBIC)
    if panel.box:
        x, y, width, height = (2 * number for number in panel.box)
        ImageDraw.Draw(drawn).rectangle((x, y, x + width - 1, y + height - 1), outline=BOX, width=3)
    return drawn
