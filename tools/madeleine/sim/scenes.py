"""Pictures to hold before the lens: drawn objects, a glass of water, QR cards in a hand.

Every picture is uint8 (224, 224, 3), RGB. The same name and seed give the same pixels; another seed gives the same
thing as another frame would: moved and turned a little, a shade brighter or darker, with the camera's noise.
"""

import math
from collections.abc import Callable
from functools import cache, lru_cache
from typing import TypeAlias

import numpy as np
import segno
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from madeleine.device import constants
from madeleine.errors import ToolError

Pixels: TypeAlias = NDArray[np.uint8]
Pen: TypeAlias = ImageDraw.ImageDraw

SIDE_PX = constants.SIDE_PX
SCALE = 3  # drawn larger, then reduced: smooth edges
SHIFT_PX, TURN_DEG, ZOOM, BRIGHTNESS, NOISE = 3.0, 2.0, 0.015, 0.03, 2.0  # how much one frame differs from another
MODULE_PX, QUIET_MODULES = 5, 4  # what the board's reader needs of a QR code at arm's length
DARK, BRIGHT, BLUR_PX = 0.2, 3.0, 5.0  # gains, and the standard deviation of a Gaussian
REMEMBERED = 64  # pictures, of 150 KB each: who shows one shows it for a while, or to several cameras


@lru_cache(REMEMBERED)
def scene(name: str, seed: int = 0) -> Pixels:
    """The drawn object `name` (a key of `OBJECTS`, or `glass` and a level such as `glass 40`) on the desk.

    A word of `BADLY` before it, as in `dark cup`, shows how it is badly seen; one of `PLACES` after it, as in
    `cup left`, shows it at half its size there.
    """
    how, _, rest = name.partition(" ")
    picture = BADLY[how](_well_seen(rest, seed)) if how in BADLY and rest else _well_seen(name, seed)
    picture.setflags(write=False)
    return picture


def _well_seen(name: str, seed: int) -> Pixels:
    kind, _, level = name.partition(" ")
    if kind == "glass" and level.isdecimal() and int(level) <= 100:
        return glass(int(level), seed)
    place = PLACES.get(level) if name != kind else None
    if (kind if place else name) not in OBJECTS:
        raise ToolError(f"no scene is called {name!r}; there are {', '.join(OBJECTS)} and glass 0 to glass 100")
    return _photograph_of(OBJECTS[kind], seed, place)


def glass(level: int, seed: int = 0) -> Pixels:
    """A glass of blue water filled to `level` per cent (0 to 100)."""
    return _photograph_of(lambda pen: _glass(pen, level), seed)


def card(payload: str | bytes, over: Pixels | None = None, seed: int = 0) -> Pixels:
    """A QR card with `payload`, held in a hand before the picture `over` (the bare desk when there is none).

    Short texts get 5 px a module and a slight turn; the longer the text, the finer and straighter the card.
    """
    behind = Image.fromarray(scene("desk", seed) if over is None else over).copy()
    data = payload.encode() if isinstance(payload, str) else payload
    paper = _paper(data)
    random = np.random.default_rng(seed)
    turn = float(random.uniform(-3, 3)) if len(data) <= 60 else 0.0
    sheet = paper.rotate(turn, Image.Resampling.BICUBIC, expand=True)
    left, top = (SIDE_PX - sheet.width) // 2, max((SIDE_PX - sheet.height) // 2 - 6, 0)
    behind.paste(sheet, (left, top), sheet)
    _thumb(behind, top + sheet.height)
    return np.asarray(behind)


def _photograph_of(draw: Callable[[Pen], None], seed: int, middle_px: int | None = None) -> Pixels:
    """The desk with what `draw` puts on it, as frame number `seed` shows it; around a column, half as large."""
    random = np.random.default_rng(seed)
    side = SIDE_PX * SCALE
    canvas = _desk(side).copy()
    draw(ImageDraw.Draw(canvas))
    if middle_px:
        canvas = _halved(canvas, middle_px)
    if seed:
        dx, dy = random.uniform(-SHIFT_PX, SHIFT_PX, 2) * SCALE
        canvas = _moved(canvas, dx, dy, random.uniform(-TURN_DEG, TURN_DEG), 1 + random.uniform(-ZOOM, ZOOM))
    picture = canvas.resize((SIDE_PX, SIDE_PX), Image.Resampling.BOX)
    light = 1 + random.uniform(-BRIGHTNESS, BRIGHTNESS) if seed else 1.0
    noise = random.normal(0, NOISE, (SIDE_PX, SIDE_PX, 3))
    return np.clip(np.asarray(picture, dtype=np.float64) * light + noise, 0, 255).astype(np.uint8)


def _halved(canvas: Image.Image, middle_px: int) -> Image.Image:
    """What lies on the desk in `canvas`, half as large, around this column of the picture."""
    desk, half = _desk(canvas.width), canvas.width // 2
    lies_there = (np.asarray(canvas) != np.asarray(desk)).any(axis=2).astype(np.uint8) * 255
    halved = desk.copy()
    corner = middle_px * SCALE - half // 2, half // 2
    halved.paste(canvas.resize((half, half)), corner, Image.fromarray(lies_there).resize((half, half)))
    return halved


def _moved(canvas: Image.Image, dx: float, dy: float, turn_deg: float, zoom: float) -> Image.Image:
    """`canvas` turned about its middle, zoomed and shifted; the border repeats the desk by mirroring."""
    margin = canvas.width // 8
    padded = Image.fromarray(np.pad(np.asarray(canvas), ((margin, margin), (margin, margin), (0, 0)), mode="reflect"))
    middle = padded.width / 2
    c, s = math.cos(math.radians(turn_deg)) / zoom, math.sin(math.radians(turn_deg)) / zoom
    shift_x = middle - c * (middle + dx) - s * (middle + dy)
    shift_y = middle + s * (middle + dx) - c * (middle + dy)
    moved = padded.transform(
        padded.size, Image.Transform.AFFINE, (c, s, shift_x, -s, c, shift_y), Image.Resampling.BILINEAR
    )
    return moved.crop((margin, margin, margin + canvas.width, margin + canvas.width))


def _exposed(picture: Pixels, gain: float) -> Pixels:
    """As a wrong exposure shows it; the camera's noise stays."""
    noise = np.random.default_rng(0).normal(0, NOISE, picture.shape)
    return np.clip(picture * gain + noise, 0, 255).astype(np.uint8)


def _unfocused(picture: Pixels) -> Pixels:
    blurred = np.asarray(Image.fromarray(picture).filter(ImageFilter.GaussianBlur(BLUR_PX)))
    return _exposed(blurred, 1)


# Objects. Coordinates are those of the 224 x 224 picture, multiplied by SCALE at the last moment by `_at`.


def _at(*numbers: float) -> list[float]:
    return [number * SCALE for number in numbers]


@cache
def _desk(side: int) -> Image.Image:
    """A wooden desk under a lamp: planks, grain, light from the upper left."""
    y, x = np.mgrid[0:side, 0:side] / side
    light = 1.06 - 0.16 * (x + y)
    grain = 0.02 * np.sin(60 * y + 3 * np.sin(7 * x)) + 0.012 * np.sin(173 * y + 5 * x)
    wood = np.array([186, 164, 136])[None, None, :] * (light + grain)[..., None]
    wood[(np.abs(np.mod(y * 4, 1) - 0.5) > 0.49)] *= 0.8
    return Image.fromarray(np.clip(wood, 0, 255).astype(np.uint8))


def _nothing(pen: Pen) -> None:
    """The bare desk."""


def _cup(pen: Pen) -> None:
    pen.ellipse(_at(40, 172, 196, 204), fill=(132, 112, 90))
    pen.arc(_at(142, 78, 206, 158), -100, 110, fill=(30, 74, 160), width=14 * SCALE)
    pen.polygon(_at(36, 56, 164, 56, 152, 186, 48, 186), fill=(40, 92, 190))
    pen.ellipse(_at(48, 176, 152, 198), fill=(40, 92, 190))
    pen.polygon(_at(39, 92, 161, 92, 157, 136, 43, 136), fill=(240, 240, 236))
    for left in range(50, 150, 20):
        pen.ellipse(_at(left, 106, left + 12, 118), fill=(214, 60, 50))
    pen.ellipse(_at(36, 40, 164, 74), fill=(24, 60, 140))
    pen.ellipse(_at(46, 46, 154, 70), fill=(64, 34, 18))


def _pen(pen: Pen) -> None:
    pen.line(_at(28, 200, 188, 40), fill=(140, 118, 94), width=40 * SCALE)
    pen.line(_at(30, 186, 178, 38), fill=(22, 22, 28), width=34 * SCALE)
    pen.line(_at(96, 108, 112, 92), fill=(226, 182, 60), width=38 * SCALE)
    pen.polygon(_at(10, 214, 20, 172, 46, 198), fill=(226, 182, 60))
    pen.line(_at(120, 74, 172, 22), fill=(226, 182, 60), width=8 * SCALE)
    pen.line(_at(48, 160, 92, 116), fill=(120, 120, 130), width=5 * SCALE)


def _ball(pen: Pen) -> None:
    pen.ellipse(_at(40, 168, 196, 212), fill=(132, 112, 90))
    pen.ellipse(_at(30, 22, 198, 190), fill=(226, 70, 36))
    for start in (0, 120, 240):
        pen.pieslice(_at(30, 22, 198, 190), start, start + 60, fill=(250, 246, 238))
    pen.ellipse(_at(94, 86, 134, 126), fill=(250, 210, 50))
    pen.ellipse(_at(64, 46, 92, 68), fill=(255, 255, 255))


def _key(pen: Pen) -> None:
    brass, dark = (206, 164, 52), (120, 90, 20)
    pen.ellipse(_at(18, 20, 106, 108), fill=dark)
    pen.ellipse(_at(22, 20, 104, 102), fill=brass)
    pen.ellipse(_at(42, 40, 84, 82), fill=(60, 50, 44))
    pen.line(_at(88, 88, 192, 192), fill=dark, width=28 * SCALE)
    pen.line(_at(90, 86, 194, 190), fill=brass, width=22 * SCALE)
    for x, y in ((146, 142), (168, 164), (188, 184)):
        pen.line(_at(x, y, x + 26, y - 26), fill=brass, width=14 * SCALE)


def _star(pen: Pen) -> None:
    for radius, colour in ((104, (150, 24, 60)), (92, (252, 214, 40))):
        corners = [
            value
            for i in range(10)
            for reach in (radius if i % 2 == 0 else radius * 0.45,)
            for value in (112 + reach * math.sin(i * math.pi / 5), 116 - reach * math.cos(i * math.pi / 5))
        ]
        pen.polygon(_at(*corners), fill=colour)
    pen.ellipse(_at(92, 96, 132, 136), fill=(236, 120, 30))


def _leaf(pen: Pen) -> None:
    outline = [value for i in range(101) for value in _leaf_point(i / 100)]
    pen.polygon(_at(*outline), fill=(44, 132, 44))
    pen.line(_at(22, 206, 196, 32), fill=(190, 220, 110), width=5 * SCALE)
    for step in range(1, 7):
        x, y = 40 + step * 21, 188 - step * 21
        pen.line(_at(x, y, x + 2, y - 40 + 3 * step), fill=(150, 196, 80), width=3 * SCALE)
        pen.line(_at(x, y, x + 40 - 3 * step, y - 2), fill=(150, 196, 80), width=3 * SCALE)


def _leaf_point(t: float) -> tuple[float, float]:
    """A point of the leaf's edge: up one side of the midrib for t below one half, down the other above."""
    along, side = (2 * t, 1) if t < 0.5 else (2 - 2 * t, -1)
    width = 64 * math.sin(math.pi * along) ** 0.8 * side if 0 < along < 1 else 0.0
    return 34 + 160 * along - width * 0.7, 194 - 160 * along - width * 0.7


def _hand(pen: Pen) -> None:
    skin, shade = (232, 184, 152), (196, 140, 110)
    for x, top in ((62, 54), (92, 24), (122, 18), (152, 40)):
        pen.rounded_rectangle(_at(x - 13, top, x + 13, 150), 13 * SCALE, fill=skin, outline=shade, width=2 * SCALE)
    pen.line(_at(48, 168, 20, 112), fill=skin, width=26 * SCALE)
    pen.ellipse(_at(6, 98, 34, 126), fill=skin)
    pen.rounded_rectangle(_at(46, 116, 168, 224), 30 * SCALE, fill=skin)
    pen.arc(_at(30, 128, 110, 214), 300, 60, fill=shade, width=3 * SCALE)
    pen.arc(_at(60, 120, 190, 170), 110, 200, fill=shade, width=3 * SCALE)


def _glass(pen: Pen, level: int) -> None:
    top, bottom = 26, 198
    surface = bottom - (bottom - top - 10) * level / 100
    pen.rectangle(_at(34, top, 190, bottom + 10), fill=(222, 226, 226))
    pen.rectangle(_at(42, top, 182, bottom), fill=(204, 210, 210))
    if level:
        pen.rectangle(_at(42, surface, 182, bottom), fill=(24, 70, 200))
        pen.line(_at(42, surface, 182, surface), fill=(90, 140, 240), width=4 * SCALE)
    pen.line(_at(56, top + 8, 56, bottom - 8), fill=(250, 252, 252), width=5 * SCALE)


OBJECTS: dict[str, Callable[[Pen], None]] = {
    "desk": _nothing,
    "cup": _cup,
    "pen": _pen,
    "ball": _ball,
    "key": _key,
    "star": _star,
    "leaf": _leaf,
    "hand": _hand,
}
PLACES = {"left": 56, "middle": 112, "right": 168}  # columns of the picture: where the middle of a thing is
BADLY: dict[str, Callable[[Pixels], Pixels]] = {
    "covered": lambda picture: _exposed(picture, 0),
    "dark": lambda picture: _exposed(picture, DARK),
    "bright": lambda picture: _exposed(picture, BRIGHT),
    "blurred": _unfocused,
}


@lru_cache(REMEMBERED)
def _paper(data: bytes) -> Image.Image:
    """The printed card, RGBA: as many pixels a module as fit the picture, 5 at most."""
    code = segno.make_qr(data, error="M" if len(data) < 300 else "L", boost_error=False)
    if code.version == 1:
        code = segno.make_qr(data, error="M", version=2, boost_error=False)
    modules = code.symbol_size(border=QUIET_MODULES)[0]
    quiet = QUIET_MODULES if modules <= SIDE_PX else 2
    black = np.array([list(row) for row in code.matrix_iter(border=quiet)], dtype=bool)
    module_px = max(min(MODULE_PX, SIDE_PX // len(black)), 1)
    ink = np.where(np.kron(black, np.ones((module_px, module_px))) > 0, 0, 255).astype(np.uint8)
    return Image.merge("RGBA", [Image.fromarray(ink)] * 3 + [Image.new("L", ink.shape[::-1], 255)])


def _thumb(picture: Image.Image, card_bottom_px: int) -> None:
    """The thumb that holds the card, over its lower margin."""
    layer = Image.new("RGBA", picture.size)
    top = min(card_bottom_px - 10, SIDE_PX - 14)
    ImageDraw.Draw(layer).rounded_rectangle((92, top, 130, SIDE_PX + 40), 18, fill=(232, 184, 152, 255))
    soft = layer.filter(ImageFilter.GaussianBlur(0.7))
    picture.paste(soft, (0, 0), soft)
