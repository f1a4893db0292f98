"""What a float network makes of the pictures of a set, up to its last block."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from madeleine.evaluation.progress import Tasks
from madeleine.evaluation.sets import Indices, PictureSet
from madeleine.kpu.compiler import reference
from madeleine.kpu.compiler.graph import Graph
from madeleine.pictures import Pixels, photograph

from .views import stranger, views

BATCH = 16  # pictures at once
SEED = 1  # of the views


class Maps:
    """The maps of the node `name`, computed picture by picture."""

    def __init__(self, graph: Graph, name: str, pictures: PictureSet, begin: Tasks) -> None:
        self._graph, self._name, self._pictures, self._begin = graph, name, pictures, begin

    def photographs(self, indices: Sequence[int] | Indices) -> Pixels:
        """(n, height, width, 3); ToolError when one cannot be read."""
        _, height, width = self._graph.picture
        return np.stack([photograph(self._pictures.paths[index], height, width) for index in indices])

    def of(self, indices: Indices, count: int) -> tuple[NDArray[np.float16], Indices]:
        """Maps of `count` views of each picture, and their classes."""
        random = np.random.default_rng(SEED)
        maps = self._computed(
            indices, lambda pictures: [view for each in pictures for view in views(each, random, count)]
        )
        return maps, self._pictures.class_of[indices].repeat(count)

    def of_strangers(self, indices: Indices, count: int) -> NDArray[np.float16]:
        """Maps of `count` pictures of nothing for each picture, made of parts of it and of another."""
        random = np.random.default_rng(SEED)

        def strangers(pictures: Pixels) -> list[Pixels]:
            pairs = zip(pictures, np.roll(pictures, 1, 0), strict=True)
            return [stranger(one, other, random) for one, other in pairs for _ in range(count)]

        return self._computed(random.permutation(indices), strangers)

    def _computed(self, indices: Indices, show: Callable[[Pixels], list[Pixels]]) -> NDArray[np.float16]:
        """Of what `show` makes of some photographs at a time."""
        advance = self._begin("looking", len(indices))
        parts = []
        for batch in np.split(indices, range(BATCH, len(indices), BATCH)):
            seen = np.stack(show(self.photographs(batch)))
            parts.append(reference.run(self._graph, seen, keep={self._name})[self._name].astype(np.float16))
            advance(len(batch))
        return np.concatenate(parts)
