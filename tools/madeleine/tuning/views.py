"""Other views of a photograph, and pictures of nothing in particular, made of small parts of photographs.

Views are nearer, a little to the side, in other light. Never mirrored: letters would suffer.
"""

import numpy as np
from PIL import Image

from madeleine.pictures import Pixels

NEAREST, FARTHEST = 0.6, 1.0  # the side of the part that is shown
CONTRAST, LIGHT, TINT = (0.75, 1.3), 25.0, 0.1
GREY = 128.0
SMALLEST, SMALL = 0.12, 0.4  # the side of a part that no longer shows what the photograph shows


def views(picture: Pixels, random: np.random.Generator, count: int) -> list[Pixels]:
    """The picture, uint8 (side, side, 3), and `count` - 1 others made of it."""
    return [picture, *(_light(_part(picture, random), random) for _ in range(count - 1))]


def stranger(one: Pixels, other: Pixels, random: np.random.Generator) -> Pixels:
    """Two small parts side by side, one through the other, or one alone; mostly in colours of other things."""
    first, second = (_part(picture, random, SMALLEST, SMALL) for picture in (one, other))
    kind, side = random.integers(3), len(one)
    if kind == 0:
        at = int(side * random.uniform(0.25, 0.75))
        first = np.concatenate([first[:, :at], second[:, at:]], 1)
    elif kind == 1:
        first = np.mean([first, second], 0).astype(np.uint8)
    return _light(first[..., random.permutation(3)], random)


def _part(picture: Pixels, random: np.random.Generator, least: float = NEAREST, most: float = FARTHEST) -> Pixels:
    side = len(picture)
    part = int(side * random.uniform(least, most))
    left, top = random.integers(0, side - part + 1, 2)
    cut = Image.fromarray(picture).crop((left, top, left + part, top + part))
    return np.asarray(cut.resize((side, side), Image.Resampling.BILINEAR))


def _light(picture: Pixels, random: np.random.Generator) -> Pixels:
    contrast, level = random.uniform(*CONTRAST), random.uniform(-LIGHT, LIGHT)
    tint = random.uniform(1 - TINT, 1 + TINT, 3)
    return np.clip(((picture - GREY) * contrast + GREY + level) * tint, 0, 255).astype(np.uint8)
