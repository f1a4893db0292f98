"""Sets of pictures on disk: a folder for each class, and names that say who may be compared with whom."""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from madeleine.errors import ToolError
from madeleine.evaluation import edge_impulse
from madeleine.pictures import SUFFIXES, is_photograph, photographs

Kinds: TypeAlias = dict[str, list[Path]]  # the pictures of each class
Indices: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]
GROUP = re.compile(r"g\d+_")
SUPPORT, QUERY = "a_", "b_"
TRAIN, TEST = "train", "test"  # sub-folders that hold what is taught and what is asked
FEW_WAYS, MANY_CLASSES = 5, 10  # a set of more classes than MANY_CLASSES is tried with FEW_WAYS too


@dataclass(frozen=True)
class PictureSet:
    """Pictures and their classes.

    `class_of` and `group_of` number each picture's class and group. Pictures of one group (names gNNN_..., one film,
    one person) are never support and query in the same episode. In a set whose names start with a_ or b_, support is
    drawn from the a_ and queries from the b_; in one of train/ and test/, from those; in others from all.
    `untaught`: pictures in test/ of classes that train/ lacks. `in_halves`: of train/ and test/.
    """

    name: str
    classes: tuple[str, ...]
    paths: tuple[Path, ...]
    class_of: Indices
    group_of: Indices
    may_support: Flags
    may_query: Flags
    untaught: tuple[Path, ...] = ()
    in_halves: bool = False

    @classmethod
    def of(cls, name: str, kinds: Kinds) -> Self:
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

    @classmethod
    def in_two(cls, name: str, train: Kinds, test: Kinds) -> Self:
        """From the pictures of each class to teach, and to ask. ToolError when a class has none to ask."""
        for kind in train:
            if kind not in test:
                raise ToolError(
                    f"{name}/{TEST} has no pictures of {kind}; put some there, or take {kind} out of {TRAIN}"
                )
        both = cls.of(name, {kind: [*paths, *test[kind]] for kind, paths in train.items()})
        taught = {path for paths in train.values() for path in paths}
        flags = np.array([path in taught for path in both.paths])
        groups = np.arange(len(flags))  # whoever sorted them has parted what belongs together
        untaught = tuple(path for kind, paths in test.items() if kind not in train for path in paths)
        return replace(both, group_of=groups, may_support=flags, may_query=~flags, untaught=untaught, in_halves=True)

    def without(self, paths: Collection[Path]) -> Self:
        """The set without some of its pictures, and without classes that have none left."""
        kept = self.part(np.flatnonzero([path not in paths for path in self.paths]))
        numbers = np.unique(kept.class_of)
        return replace(
            kept,
            classes=tuple(self.classes[number] for number in numbers),
            class_of=np.searchsorted(numbers, kept.class_of),
            untaught=tuple(path for path in self.untaught if path not in paths),
        )

    def part(self, indices: Indices) -> Self:
        """Some of its pictures, in this order, with all classes."""
        return replace(
            self,
            paths=tuple(self.paths[index] for index in indices),
            class_of=self.class_of[indices],
            group_of=self.group_of[indices],
            may_support=self.may_support[indices],
            may_query=self.may_query[indices],
        )

    @property
    def ways(self) -> tuple[int, ...]:
        """How many classes an episode has: all of them; where they are many, five beside that."""
        count = len(self.classes)
        return (FEW_WAYS, count) if count > MANY_CLASSES and not self.in_halves else (count,)

    def queries(self, shots: int, most: int) -> int:
        """How many pictures of each class can be asked next to so many shots, up to `most`. ToolError when none can."""
        if len(self.classes) < 2:
            raise ToolError(f"{self.name} has one class; put the pictures of another thing in a folder next to it")
        for number, name in enumerate(self.classes):
            if self.most_shots(number) < shots:
                count = np.count_nonzero(self.class_of == number)
                has = "1 picture" if count == 1 else f"{count} pictures"
                needs = f"{shots + 1} are needed" if self._mixed else f"{shots} to teach and 1 to ask are needed"
                raise ToolError(
                    f"{self.name}: {name} has {has}, {needs} for {shots} shots; add pictures, or give smaller --shots"
                )
        return min(most, *(self._count(number, self.may_query) - self._mixed * shots for number in self._numbers))

    def most_shots(self, number: int) -> int:
        """How many pictures of a class can be taught so that one is left to ask; 0 where there is none."""
        teach, ask = self._count(number, self.may_support), self._count(number, self.may_query)
        return teach - self._mixed if ask else 0

    @property
    def _mixed(self) -> bool:
        """May any picture be taught?"""
        return bool(self.may_support.all())

    @property
    def _numbers(self) -> range:
        return range(len(self.classes))

    def _count(self, number: int, flags: Flags) -> int:
        return int(np.count_nonzero((self.class_of == number) & flags))


def pictures_in(folder: Path) -> list[Path]:
    """All pictures of a folder and of its sub-folders. ToolError when there is none."""
    if not folder.is_dir():
        raise ToolError(f"{folder} is not a folder; give one with pictures of other things")
    found = [path for path in sorted(folder.rglob("*")) if is_photograph(path)]
    if not found:
        raise ToolError(f"{folder} has no pictures ({', '.join(sorted(SUFFIXES))}); give a folder that has")
    return found


def find_sets(folder: Path) -> list[PictureSet]:
    """The set in `folder`, or those in its sub-folders. ToolError when there is no picture in either."""
    found = _set_in(folder)
    if found:
        return [found]
    inner = [_set_in(path) for path in sorted(folder.iterdir()) if path.is_dir()]
    sets = [one for one in inner if one]
    if not sets:
        raise ToolError(
            f"{folder} has no classes: give a folder with a sub-folder of pictures ({', '.join(sorted(SUFFIXES))}) "
            "for each thing, or one of such folders"
        )
    return sets


def only_set(folder: Path) -> PictureSet:
    """The set of a folder; ToolError when it has several, or none."""
    found = find_sets(folder)
    if len(found) > 1:
        raise ToolError(f"{folder} has several sets ({found[0].name}, {found[1].name} ...); give one of them")
    return found[0]


def kinds_in(folder: Path) -> tuple[Kinds, Kinds]:
    """The pictures of each class, all of them or those of train/, and those of test/ where there are such folders."""
    halves = [photographs(folder / half) for half in (TRAIN, TEST) if (folder / half).is_dir()]
    if len(halves) == 2 and all(halves):
        return halves[0], halves[1]
    return edge_impulse.kinds_in(folder) or (photographs(folder), {})


def _set_in(folder: Path) -> PictureSet | None:
    """The set of a folder; None where there is no picture."""
    name, (taught, asked) = folder.resolve().name, kinds_in(folder)
    if asked:
        return PictureSet.in_two(name, taught, asked)
    return PictureSet.of(name, taught) if taught else None
