"""Draws with real pixels: the camera's picture in RGB565, what is drawn on it, and the panel.

The glyphs are those of Pillow's built-in bitmap font, fitted to the size of the board's cells.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFont

from madeleine.sim.blank import plain_name
from madeleine.sim.world import Scene

Color = tuple[int, int, int]
Pixels = NDArray[np.uint8]
FIRST, LAST = 32, 126  # the characters the board's fonts have
GLYPH_TOP, GLYPH_WIDTH = 1, 6  # the built-in font: the first of its rows is empty
BOX = chr(LAST + 1)  # stands for what the fonts lack


class Canvas:
    """A picture: RGB565, high byte first, on memory that `pixels` shares. `name` tells what it shows."""

    def __init__(self, width: int, height: int, name: str = "", pixels: bytearray | memoryview | None = None) -> None:
        self.width, self.height, self.name = width, height, name
        self.pixels = bytearray(2 * width * height) if pixels is None else pixels
        self.values = np.frombuffer(self.pixels, ">u2").reshape(height, width)


def packed(rgb: Pixels) -> NDArray[np.uint16]:
    """(..., 3) of 8 bits to RGB565, the low bits cut off as the camera does."""
    wide = rgb.astype(np.uint16)
    return ((wide[..., 0] >> 3) << 11 | (wide[..., 1] >> 2) << 5 | wide[..., 2] >> 3).astype(np.uint16)


def unpacked(values: NDArray[np.uint16]) -> Pixels:
    """RGB565 to (..., 3) of 8 bits, the low bits filled with the high ones."""
    return _colors().take(values, axis=0)


@cache
def _colors() -> Pixels:
    """Every colour of RGB565 in 8 bits, (65536, 3)."""
    values = np.arange(1 << 16)
    red, green, blue = values >> 11, values >> 5 & 63, values & 31
    return np.stack([red << 3 | red >> 2, green << 2 | green >> 4, blue << 3 | blue >> 2], axis=-1).astype(np.uint8)


@cache
def _packed_color(color: Color) -> int:
    return int(packed(np.array(color, np.int64).clip(0, 255).astype(np.uint8)))


class Painter:
    """Pixel work for the world; the calls are described in blank.py."""

    def canvas(self, width: int, height: int) -> Canvas:
        return Canvas(width, height, "black")

    def canvas_on(self, width: int, height: int, pixels: memoryview) -> Canvas:
        return Canvas(width, height, pixels=pixels)

    def pixels(self, canvas: Canvas) -> bytearray | memoryview:
        return canvas.pixels

    def turned(self, scene: Scene, flipped: bool, mirrored: bool) -> Scene:
        if not flipped and not mirrored:
            return scene
        return Scene(scene.name, scene.pixels[:: -1 if flipped else 1, :: -1 if mirrored else 1])

    def capture(self, canvas: Canvas, scene: Scene) -> Scene:
        seen = scene
        if scene.pixels.shape != (canvas.height, canvas.width, 3):
            rgb = np.zeros((canvas.height, canvas.width, 3), np.uint8)
            corner = scene.pixels[: canvas.height, : canvas.width]
            rgb[: corner.shape[0], : corner.shape[1]] = corner
            seen = Scene(scene.name, rgb)
        canvas.values[:] = packed(seen.pixels)
        canvas.name = scene.name
        return seen

    def seen(self, canvas: Canvas) -> Scene:
        return Scene(canvas.name, unpacked(canvas.values.astype(np.uint16)))

    def rows(self, canvas: Canvas, first: int, height: int) -> Canvas:
        pixels = memoryview(canvas.pixels)[2 * canvas.width * first : 2 * canvas.width * (first + height)]
        return Canvas(canvas.width, height, canvas.name, pixels)

    def copy(self, canvas: Canvas, x: int, y: int, width: int, height: int) -> Canvas:
        new = Canvas(width, height, canvas.name)
        part = canvas.values[y : y + height, x : x + width]
        new.values[: part.shape[0], : part.shape[1]] = part
        return new

    def resize(self, canvas: Canvas, width: int, height: int) -> Canvas:
        """Nearest pixel when shrinking, bilinear when enlarging, as the firmware does with RGB565."""
        new = Canvas(width, height, canvas.name)
        grows = width > canvas.width or height > canvas.height
        how = Image.Resampling.BILINEAR if grows else Image.Resampling.NEAREST
        picture = Image.fromarray(self.seen(canvas).pixels).resize((width, height), how)
        new.values[:] = packed(np.asarray(picture))
        return new

    def get_pixel(self, canvas: Canvas, x: int, y: int) -> Color:
        red, green, blue = unpacked(canvas.values[y, x].astype(np.uint16))
        return int(red), int(green), int(blue)

    def fill(self, canvas: Canvas, x: int, y: int, width: int, height: int, color: Color) -> None:
        canvas.values[max(0, y) : max(0, y + height), max(0, x) : max(0, x + width)] = _packed_color(color)
        canvas.name = plain_name(canvas, x, y, width, height, color)

    def line(self, canvas: Canvas, x0: int, y0: int, x1: int, y1: int, color: Color, thickness: int) -> None:
        steps = max(abs(x1 - x0), abs(y1 - y0), 1)
        before = thickness // 2
        for step in range(steps + 1):
            x, y = round(x0 + (x1 - x0) * step / steps), round(y0 + (y1 - y0) * step / steps)
            self.fill(canvas, x - before, y - before, thickness, thickness, color)

    def circle(self, canvas: Canvas, x: int, y: int, radius: int, color: Color, thickness: int, fill: bool) -> None:
        rows, columns = np.ogrid[: canvas.height, : canvas.width]
        distance = np.hypot(columns - x, rows - y)
        ring = distance <= radius + thickness / 2
        if not fill:
            ring &= distance >= radius - thickness / 2
        canvas.values[ring] = _packed_color(color)

    def text(
        self,
        canvas: Canvas,
        x: int,
        y: int,
        text: str,
        color: Color,
        scale: float,
        cell: tuple[int, int],
        x_spacing: int,
        y_spacing: int,
        mono_space: bool,
    ) -> None:
        left, value = x, _packed_color(color)
        for character in text:
            if character == "\n":
                x, y = left, y + int(cell[1] * scale) + y_spacing
                continue
            glyph = _scaled(character, cell, scale)
            if not mono_space:
                glyph = _trimmed(glyph)
            _stamp(canvas.values, glyph, x, y, value)
            x += glyph.shape[1] + x_spacing

    def paste(self, canvas: Canvas, source: Canvas, x: int, y: int) -> None:
        top, left = max(0, -y), max(0, -x)
        part = source.values[top : max(0, canvas.height - y), left : max(0, canvas.width - x)]
        canvas.values[y + top : y + top + part.shape[0], x + left : x + left + part.shape[1]] = part

    def statistics(self, canvas: Canvas, x: int, y: int, width: int, height: int) -> tuple[int, int]:
        rgb = unpacked(canvas.values[y : y + height, x : x + width].astype(np.uint16))
        lightness = rgb @ np.array([0.299, 0.587, 0.114]) * 100 / 255
        return round(float(lightness.mean())), round(float(lightness.std()))

    def panel(self, width: int, height: int) -> Pixels:
        return np.zeros((height, width, 3), np.uint8)

    def panel_fill(self, panel: Pixels, color: Color) -> None:
        panel[:] = color

    def panel_text(
        self,
        panel: Pixels,
        x: int,
        y: int,
        text: str,
        color: Color,
        background: Color,
        cell: tuple[int, int],
        rotation: int,
    ) -> None:
        turned = _upright(panel, rotation)
        for character in text:
            place = turned[y : y + cell[1], x : x + cell[0]]
            glyph = _scaled(character, cell, 1)[: place.shape[0], : place.shape[1]]
            place[:] = background
            place[glyph] = color
            x += cell[0]

    def show(
        self,
        panel: Pixels,
        canvas: Canvas,
        roi: tuple[int, int, int, int],
        at: tuple[int, int] | None,
        rotation: int,
    ) -> None:
        x, y, width, height = roi
        turned = _upright(panel, rotation)
        rgb = unpacked(canvas.values[y : y + height, x : x + width].astype(np.uint16))
        if at is not None:
            turned[at[1] : at[1] + height, at[0] : at[0] + width] = rgb
            return
        turned[:] = 0
        rows, row, into_row = _middle(height, turned.shape[0])
        columns, column, into_column = _middle(width, turned.shape[1])
        shown = rgb[row : row + rows, column : column + columns]
        turned[into_row : into_row + rows, into_column : into_column + columns] = shown


def _upright(panel: Pixels, rotation: int) -> Pixels:
    """A view of the panel as the app draws on it; rotation 2 is how its user holds it."""
    return np.rot90(panel, rotation - 2)


def _middle(size: int, room: int) -> tuple[int, int, int]:
    """(length, start in the picture, start on the panel) of the middle part that fits."""
    return min(size, room), max(0, size - room) // 2, max(0, room - size) // 2


@cache
def _glyph(character: str, cell: tuple[int, int]) -> NDArray[np.bool_]:
    """One character as (height, width) of the cell."""
    glyph = np.zeros((cell[1], cell[0]), np.bool_)
    if not FIRST <= ord(character) <= LAST:
        glyph[1:-1, 1:-1] = True
        glyph[2:-2, 2:-2] = False
        return glyph
    font = ImageFont.load_default_imagefont()
    mask = font.getmask(character)
    ink = np.array(mask, np.bool_).reshape(mask.size[1], mask.size[0])[GLYPH_TOP:]
    top, left = (cell[1] - ink.shape[0]) // 2, (cell[0] - GLYPH_WIDTH) // 2
    glyph[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    return glyph


@cache
def _scaled(character: str, cell: tuple[int, int], scale: float) -> NDArray[np.bool_]:
    rows = (np.arange(int(cell[1] * scale)) / scale).astype(int)
    columns = (np.arange(int(cell[0] * scale)) / scale).astype(int)
    larger: NDArray[np.bool_] = _glyph(character, cell)[np.ix_(rows, columns)]
    return larger


def _trimmed(glyph: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The glyph without its empty columns but one; a blank keeps half its width."""
    inked = np.flatnonzero(glyph.any(axis=0))
    if not inked.size:
        return glyph[:, : glyph.shape[1] // 2]
    return glyph[:, inked[0] : inked[-1] + 2]


def _stamp(values: NDArray[np.uint16], glyph: NDArray[np.bool_], x: int, y: int, value: int) -> None:
    """Set the glyph's pixels, clipped at the borders."""
    top, left = max(0, -y), max(0, -x)
    part = glyph[top : max(0, values.shape[0] - y), left : max(0, values.shape[1] - x)]
    values[y + top : y + top + part.shape[0], x + left : x + left + part.shape[1]][part] = value
