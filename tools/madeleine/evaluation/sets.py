"""Sets of pictures on disk: a folder for each class, and names that say who may be compared with whom."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from madeleine.errors import ToolError
from madeleine.pictures import SUFFIXES, photographs

Indices: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]
GROUP = re.compile(r"g\d+_")
SUPPORT, QUERY = "a_", "b_"
FEW_WAYS, MANY_CLASSES = 5, 10  # a set of more classes than MANY_CLASSES is tried with FEW_WAYS too


@dataclass(frozen=True)
class PictureSet:
    """Pictures and their classes.

    `class_of` and `group_of` number each picture's class and group. Pictures of one group (names gNNN_..., one film,
    one person) are never support and query in the same episode. In a set whose names start with a_ or b_, support is
    drawn from the a_ and queries from the b_; in others from all.
    """

    name: str
    classes: tuple[str, ...]
    paths: tuple[Path, ...]
    class_of: Indices
    group_of: Indices
    may_support: Flags
    may_query: Flags

    @classmethod
    def of(cls, name: str, kinds: dict[str, list[Path]]) -> Self:
        """From the pictures of each class."""
        paths = tuple(path for kind in kinds.values() for path in kind)
        groups = [found[0] if (found := GROUP.match(path.name)) else str(path) for path in paths]
        number = {group: index for index, group in enumerate(dict.fromkeys(groups))}
        sided = all(path.name.startswith((SUPPORT, QUERY)) for path in paths)
        return cls(
            name,
            tuple(kinds),
            paths,
            np.repeat(np.arange(len(kinds)), [len(kind) for kind in kinds.values()]),
            np.array([number[group] for group in groups]),
            np.array([not sided or path.name.startswith(SUPPORT) for path in paths]),
            np.array([not sided or path.name.startswith(QUERY) for path in paths]),
        )

    def without(self, paths: Collection[Path]) -> Self:
        """The set without some of its pictures."""
        left: dict[str, list[Path]] = {name: [] for name in self.classes}
        for path, number in zip(self.paths, self.class_of, strict=True):
            if path not in paths:
                left[self.classes[number]].append(path)
        return self.of(self.name, {name: kind for name, kind in left.items() if kind})

    @property
    def ways(self) -> tuple[int, ...]:
        """How many classes an episode has: all of them; where they are many, five beside that."""
        count = len(self.classes)
        return (FEW_WAYS, count) if count > MANY_CLASSES else (count,)

    def check(self, shots: int, queries: int) -> None:
        """ToolError unless every class has that many pictures to show and to ask."""
        if len(self.classes) < 2:
            raise ToolError(f"{self.name} has one class; put the pictures of another thing in a folder beside it")
        for number, name in enumerate(self.classes):
            own = self.class_of == number
            support, query = np.count_nonzero(own & self.may_support), np.count_nonzero(own & self.may_query)
            if self.may_support.all():
                enough, needs = support >= shots + queries, f"{shots + queries} are needed for {shots} shots"
            else:
                enough = support >= shots and query >= queries
                needs = f"{shots} a_ and {queries} b_ are needed"
            if not enough:
                has = "1 picture" if np.count_nonzero(own) == 1 else f"{np.count_nonzero(own)} pictures"
                raise ToolError(f"{self.name}: {name} has {has}, {needs}; add pictures, or give smaller --shots")


def find_sets(folder: Path) -> list[PictureSet]:
    """The set in `folder`, or those in its sub-folders. ToolError when there is no picture in either."""
    kinds = photographs(folder)
    if kinds:
        return [PictureSet.of(folder.resolve().name, kinds)]
    inner = [(path, photographs(path)) for path in sorted(folder.iterdir()) if path.is_dir()]
    sets = [PictureSet.of(path.name, kinds) for path, kinds in inner if kinds]
    if not sets:
        raise ToolError(
            f"{folder} has no classes: give a folder with a sub-folder of pictures ({', '.join(sorted(SUFFIXES))}) "
            "for each thing, or one of such folders"
        )
    return sets
