"""Labelled pictures in three parts: to learn from, to know when to stop, to judge at the end."""

from dataclasses import dataclass, replace

import numpy as np

from madeleine.errors import ToolError
from madeleine.evaluation.sets import Indices, PictureSet

LEAST = 8  # pictures a class
CHECKED, ASKED = 0.2, 0.2  # of each class's pictures


@dataclass(frozen=True)
class Parts:
    """Indices of a set's pictures. Pictures of one group are in one part."""

    learned: Indices
    checked: Indices
    asked: Indices


def parts_of(pictures: PictureSet, seed: int = 1) -> Parts:
    """Always the same. ToolError when a class has too few pictures, or too few that do not belong together."""
    random = np.random.default_rng(seed)
    part = np.zeros(len(pictures.paths), np.int64)
    if len(pictures.classes) < 2:
        raise ToolError(f"{pictures.name} has one class; put the pictures of another thing in a folder next to it")
    for number, name in enumerate(pictures.classes):
        own = np.flatnonzero(pictures.class_of == number)
        groups = random.permutation(np.unique(pictures.group_of[own]))
        if len(groups) < LEAST:
            raise ToolError(
                f"{pictures.name}: {name} has {len(groups)} pictures; {LEAST} are needed, thirty are better"
            )
        bounds = np.round(np.cumsum([ASKED, CHECKED]) * len(groups)).astype(int)
        for index, kind in enumerate(np.split(groups, bounds)):
            part[own[np.isin(pictures.group_of[own], kind)]] = index
    asked, checked, learned = (np.flatnonzero(part == index) for index in range(3))
    return Parts(learned, checked, asked)


def to_judge(pictures: PictureSet, parts: Parts) -> PictureSet:
    """The set as it is judged: the pictures it has learned from are taught, the new ones are asked."""
    flags = np.zeros(len(pictures.paths), np.bool_)
    flags[parts.asked] = True
    return replace(pictures, may_support=~flags, may_query=flags)
