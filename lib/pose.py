"""One person in the maps of a pose network: each point is where its heat is greatest, moved by its short offset.

Bytes in, as the chip leaves them, and whole numbers out. A byte q of the heat stands for
HEAT_PARTS / PARTS * (q - ZERO) before the logistic function, one of the offsets for OFFSET_PARTS / PARTS * (q - ZERO)
pixels: the notes of the model say so, and no other model is taken. The points are PoseNet's, in its order: nose, eyes,
ears, shoulders, elbows, wrists, hips, knees, ankles, of each pair the body's left one first (Papandreou et al.,
"Towards Accurate Multi-Person Pose Estimation in the Wild", CVPR 2017).
"""

from math import exp

from micropython import const

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from collections.abc import Sequence

    from engines import Buffer

    Point = tuple[int, int, int]  # x and y in pixels of the network's picture, score in percent

POINTS = 17
SIDE = 14  # cells of a map
CELLS = 196
STRIDE_PX = 16  # from cell to cell; the first cell's middle is at pixel 0
HEAT_BYTES, OFFSET_BYTES = 3332, 6664  # 17 maps; 17 of y and 17 of x
PARTS, ZERO = 64, 128
HEAT_PARTS, OFFSET_PARTS = 5, 20  # a score from 0.005 to 99.995 %; as far as 40 pixels
NOTES = b'\x02\0\x05\x14'  # of the model: maps as bytes, the picture upright, these steps
SURE = 30  # percent: a point with less is a guess
LEAST = 25  # percent, of all points in the mean: with less, nobody is there
# Along the body, in the order of PoseNet's maps: the point nearer to the nose, and the other one.
BONES = (
    (0, 1), (1, 3), (0, 2), (2, 4), (0, 5), (5, 7), (7, 9), (5, 11), (11, 13), (13, 15), (0, 6), (6, 8), (8, 10),
    (6, 12), (12, 14), (14, 16),
)  # fmt: skip
_PERCENT = bytes([int(100 / (1 + exp((ZERO - heat) * HEAT_PARTS / PARTS)) + 0.5) for heat in range(256)])


def points(heat: 'Buffer', offsets: 'Buffer') -> 'list[Point]':
    """The POINTS points of whoever is in the picture, or of nobody; one may lie outside."""
    found = []
    for first in range(0, HEAT_BYTES, CELLS):
        plane = bytes(heat[first : first + CELLS])
        top = max(plane)
        cell = plane.find(bytes((top,)))
        down, across = offsets[first + cell], offsets[HEAT_BYTES + first + cell]
        x, y = STRIDE_PX * (cell % SIDE) + _pixels(across), STRIDE_PX * (cell // SIDE) + _pixels(down)
        found.append((x, y, _PERCENT[top]))
    return found


def is_person(points: 'Sequence[Point]') -> bool:
    """Is somebody there?"""
    return sum([point[2] for point in points]) >= LEAST * POINTS


def _pixels(offset: int) -> int:
    """Rounded."""
    return ((offset - ZERO) * OFFSET_PARTS + PARTS // 2) // PARTS
