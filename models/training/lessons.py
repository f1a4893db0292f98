"""Lessons: pictures, and what both teachers say of them. The next one is prepared while the student learns this one."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count

import torch
from torch import Tensor
from torch.nn import functional

from training import photographs

BATCH = 64
SIDE_PX = 224
SEED = 23
MEAN_BATCHES = 16  # from which the teachers' mean vectors are taken


@dataclass(frozen=True)
class Lesson:
    """Pictures (n, 3, 224, 224), and for each teacher its last map and its centred unit vectors (n, channels)."""

    pictures: Tensor
    maps: dict[str, Tensor]
    vectors: dict[str, Tensor]

    @property
    def joint(self) -> Tensor:
        """The vectors of all teachers side by side, as unit vectors."""
        return functional.normalize(torch.cat(list(self.vectors.values()), 1), dim=1)


class Lessons:
    """The lessons of a run. Number and seed decide all that is random in one, so that a run can go on anywhere."""

    def __init__(self, pictures: Tensor, teachers: Callable[[Tensor], dict[str, Tensor]]) -> None:
        self._pictures, self._teachers = pictures, teachers
        self.means = self._means()

    def after(self, number: int) -> Iterator[Lesson]:
        """Lesson after lesson, from this number on."""
        with ThreadPoolExecutor(1) as ahead:
            coming = ahead.submit(self._lesson, number)
            for following in count(number + 1):
                ready, coming = coming.result(), ahead.submit(self._lesson, following)
                yield ready

    def _lesson(self, number: int) -> Lesson:
        pictures = batch(self._pictures, number)
        maps = self._teachers(pictures)
        return Lesson(pictures, maps, {name: centred(mean_of(map_), self.means[name]) for name, map_ in maps.items()})

    def _means(self) -> dict[str, Tensor]:
        """The mean of each teacher's unit vectors, over lessons that are never given (negative numbers)."""
        found = [self._teachers(batch(self._pictures, -1 - index)) for index in range(MEAN_BATCHES)]
        return {
            name: torch.cat([functional.normalize(mean_of(maps[name]), dim=1) for maps in found]).mean(0)
            for name in found[0]
        }


def batch(pictures: Tensor, number: int) -> Tensor:
    """The pictures of a lesson, cut from photographs."""
    generator = torch.Generator().manual_seed(SEED * 1_000_003 + number)
    return photographs.batch(pictures, BATCH, SIDE_PX, generator)


def mean_of(map_: Tensor) -> Tensor:
    """The mean over all places, float32."""
    return map_.float().mean((2, 3))


def centred(vectors: Tensor, mean: Tensor) -> Tensor:
    """Unit vectors without what all of them share."""
    return functional.normalize(functional.normalize(vectors, dim=1) - mean, dim=1)
