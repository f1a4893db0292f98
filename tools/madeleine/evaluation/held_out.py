"""Pictures that nobody learns from: a share of each class, chosen by a seed; pictures of one group stay together."""

from dataclasses import replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from madeleine.evaluation.sets import Flags, Indices, PictureSet

Numbers: TypeAlias = NDArray[np.float64]


def held_out(pictures: PictureSet, share: float, seed: int) -> Flags:
    """(pictures,): is it asked? About that share of each class, and one group at least where it has two."""
    random = np.random.default_rng(seed)
    asked = np.zeros(len(pictures.paths), np.bool_)
    settled = np.zeros(len(pictures.paths), np.bool_)  # a group may show several classes
    for number in np.argsort(np.bincount(pictures.class_of), kind="stable"):
        own = pictures.class_of == number
        wanted = max(1, round(share * np.count_nonzero(own))) - np.count_nonzero(asked & own)
        for group in random.permutation(np.unique(pictures.group_of[own & ~settled])):
            members = pictures.group_of == group
            if wanted > 0 and (own & ~members & ~asked).any():
                asked |= members
                wanted -= np.count_nonzero(own & members)
            settled |= members
    return asked


def with_copies_together(pictures: PictureSet, vectors: Numbers) -> PictureSet:
    """The set with pictures of equal vectors in one group, so that none is asked whose copy was taught."""
    _, same = np.unique(vectors, axis=0, return_inverse=True)
    groups = pictures.group_of.copy()
    for number in np.flatnonzero(np.bincount(same.ravel()) > 1):
        copies = np.unique(groups[same.ravel() == number])
        groups[np.isin(groups, copies)] = copies[0]
    return replace(pictures, group_of=groups)


def is_parted(pictures: PictureSet) -> bool:
    """Do the folders or the names say what is asked?"""
    return pictures.in_halves or not pictures.may_support.all()


def parts(pictures: PictureSet, share: float, seed: int) -> tuple[Indices, Indices]:
    """(taught, asked): as the folders or the names say, or else by `held_out`."""
    if is_parted(pictures):
        return np.flatnonzero(pictures.may_support), np.flatnonzero(pictures.may_query)
    asked = held_out(pictures, share, seed)
    return np.flatnonzero(~asked), np.flatnonzero(asked)
