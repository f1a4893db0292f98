"""Labelled pictures in three parts: to learn from, to know when to stop, to judge at the end."""

from dataclasses import dataclass, replace

import numpy as np

from madeleine.errors import ToolError
from madeleine.evaluation.held_out import held_out, parts
from madeleine.evaluation.sets import Indices, PictureSet

LEAST = 8  # groups a class, of those that may be taught
ASKED = 0.2  # of each class's pictures, where the folders or the names do not say which
CHECKED = 0.25  # of the others


@dataclass(frozen=True)
class Parts:
    """Indices of a set's pictures. Pictures of one group are in one part."""

    learned: Indices
    checked: Indices
    asked: Indices


def parts_of(pictures: PictureSet, seed: int = 1) -> Parts:
    """Always the same. ToolError when a class has too few pictures, or too few that do not belong together."""
    if len(pictures.classes) < 2:
        raise ToolError(f"{pictures.name} has one class; put the pictures of another thing in a folder next to it")
    for number, name in enumerate(pictures.classes):
        groups = np.unique(pictures.group_of[(pictures.class_of == number) & pictures.may_support])
        if len(groups) < LEAST:
            raise ToolError(
                f"{pictures.name}: {name} has {len(groups)} pictures; {LEAST} are needed, thirty are better"
            )
    taught, asked = parts(pictures, ASKED, seed)
    checked = held_out(pictures.part(taught), CHECKED, seed)
    return Parts(taught[~checked], taught[checked], asked)


def to_judge(pictures: PictureSet, parts: Parts) -> PictureSet:
    """The set as it is judged: the pictures it has learned from are taught, the new ones are asked."""
    flags = np.zeros(len(pictures.paths), np.bool_)
    flags[parts.asked] = True
    return replace(pictures, may_support=~flags, may_query=flags)
