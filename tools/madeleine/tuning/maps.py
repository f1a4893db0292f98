"""What a float network makes of the pictures of a set, up to its last block."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from madeleine.evaluation.progress import Tasks
from madeleine.evaluation.sets import Indices, PictureSet
from madeleine.kpu.compiler import reference
from madeleine.kpu.compiler.graph import Graph
from madeleine.pictures import Pixels, photograph

from .views import views

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
        advance = self._begin("looking", len(indices))
        parts = []
        for batch in np.split(indices, range(BATCH, len(indices), BATCH)):
            seen = np.stack([view for each in self.photographs(batch) for view in views(each, random, count)])
            parts.append(reference.run(self._graph, seen, keep={self._name})[self._name].astype(np.float16))
            advance(len(batch))
        return np.concatenate(parts), self._pictures.class_of[indices].repeat(count)
