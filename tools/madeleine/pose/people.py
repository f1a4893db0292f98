"""Several people in the maps of a pose network, greedily from the surest point on.

The algorithm of PersonLab (Papandreou et al., "PersonLab: Person Pose Estimation and Instance Segmentation with a
Bottom-Up, Part-Based, Geometric Embedding Model", ECCV 2018, section 3.1): the surest local maximum of any heat map
begins a person, unless a person has that point there already. Mid offsets lead from point to point along the bones,
short offsets then move each to its place. A person's score is the mean of its points' that no surer person has.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from madeleine.device import pose

from .skeleton import BONES, POINTS

STRIDE_PX = pose.STRIDE_PX  # from cell to cell; the first cell's middle is at pixel 0
Floats: TypeAlias = NDArray[np.float32]
SAME_PX = 20.0  # points of one kind that are nearer belong to one person
ROOT_SCORE = 0.5  # of the point that begins a person
ROOTS_LIMIT = 200  # a picture of noise has thousands
REFINEMENTS = 5  # by short offsets, after each mid offset


@dataclass(frozen=True)
class Maps:
    """What the network says, in cells (rows, columns), all offsets in pixels, y first.

    `heat` (17, rows, columns) is before the logistic function; `short` (2, 17, ...) leads from a cell to a point,
    `ahead` and `back` (2, 16, ...) lead along a bone, away from the nose and towards it.
    """

    heat: Floats
    short: Floats
    ahead: Floats
    back: Floats


@dataclass(frozen=True)
class Person:
    """`points` (17, 2) are x and y in pixels; `scores` (17,) and `score` are from 0 to 1."""

    points: Floats
    scores: Floats
    score: float


def find_people(maps: Maps, most: int, least_score: float) -> list[Person]:
    """At most so many people, the surest first; none has less than the score."""
    found: list[Person] = []
    for kind, row, column in _maxima(logistic(maps.heat)):
        root = _place(maps, kind, row, column)
        if len(found) == most:
            break
        if any(_near(person.points[kind], root) for person in found):
            continue
        points = _grown(maps, kind, root)
        own = logistic(np.array([_at(maps.heat, point)[place] for place, point in enumerate(points)]))
        new = [not any(_near(person.points[place], point) for person in found) for place, point in enumerate(points)]
        score = float((own * new).mean())
        if score >= least_score:
            found.append(Person(points, own, score))
    return sorted(found, key=lambda person: -person.score)


def find_person(maps: Maps) -> Person:
    """The one person of a picture, whatever is in it: each point is where its heat is greatest (lib/pose.py)."""
    cells = maps.heat.reshape(len(maps.heat), -1).argmax(1)
    rows, columns = np.unravel_index(cells, maps.heat.shape[1:])
    places = [_place(maps, kind, row, column) for kind, (row, column) in enumerate(zip(rows, columns, strict=True))]
    scores = logistic(maps.heat.max((1, 2)))
    return Person(np.array(places), scores, float(scores.mean()))


def logistic(heat: Floats) -> Floats:
    """From 0 to 1."""
    shares: Floats = np.divide(1, 1 + np.exp(-np.clip(heat, -50, 50)), dtype=np.float32)
    return shares


def _maxima(scores: Floats) -> list[tuple[int, int, int]]:
    """(point, row, column) of the cells that no neighbour surpasses, the surest first."""
    _, rows, columns = scores.shape
    padded = np.pad(scores, ((0, 0), (1, 1), (1, 1)))
    around = [padded[:, y : y + rows, x : x + columns] for y in range(3) for x in range(3)]
    places = np.argwhere((scores >= ROOT_SCORE) & (scores >= np.max(around, 0)))
    order = np.argsort(-scores[tuple(places.T)], kind="stable")
    return [(int(kind), int(row), int(column)) for kind, row, column in places[order][:ROOTS_LIMIT]]


def _place(maps: Maps, kind: int, row: int, column: int) -> Floats:
    """Where a cell says that a point is, (x, y)."""
    down, across = maps.short[:, kind, row, column]
    return np.array((STRIDE_PX * column + across, STRIDE_PX * row + down), np.float32)


def _near(a: Floats, b: Floats) -> bool:
    return bool(((a - b) ** 2).sum() <= SAME_PX**2)


def _grown(maps: Maps, kind: int, root: Floats) -> Floats:
    """All points of the person that has this one, bone by bone."""
    points = {kind: root}
    while len(points) < len(POINTS):
        for bone, (near, far) in enumerate(BONES):
            for start, end, offsets in ((near, far, maps.ahead), (far, near, maps.back)):
                if start in points and end not in points:
                    points[end] = _moved(maps, points[start], offsets[:, bone], end)
    return np.stack([points[place] for place in range(len(POINTS))])


def _moved(maps: Maps, start: Floats, offsets: Floats, kind: int) -> Floats:
    """Along a bone, and then to where the cells there say the point is."""
    point = start + _at(offsets, start)[::-1]
    for _ in range(REFINEMENTS):
        point = point + _at(maps.short[:, kind], point)[::-1]
    return point


def _at(fields: Floats, point: Floats) -> Floats:
    """Fields (n, rows, columns) at a point (x, y), (n,): between the four cells around it; past the last, as there."""
    last = np.array(fields.shape[:0:-1]) - 1
    place = np.clip(point / STRIDE_PX, 0, last)
    (left, top), (x, y) = place.astype(int), place % 1
    right, bottom = np.minimum((left + 1, top + 1), last)
    above = fields[:, top, left] * (1 - x) + fields[:, top, right] * x
    below = fields[:, bottom, left] * (1 - x) + fields[:, bottom, right] * x
    found: Floats = (above * (1 - y) + below * y).astype(np.float32)
    return found
