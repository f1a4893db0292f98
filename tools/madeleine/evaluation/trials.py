"""Episodes as the camera lives them: some classes are shown, then pictures are asked; what came out of each.

The search is `lib/search.py` in one matrix product: whole-number distances, and of equally near examples the one that
was learned first. The tests hold the two together.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from madeleine.errors import ToolError
from madeleine.evaluation.distances import distances
from madeleine.evaluation.naming import answers
from madeleine.evaluation.sets import Indices, PictureSet

Numbers: TypeAlias = NDArray[np.float64]
QUERIES = 10  # a class, in each episode, where there are so many
REDRAWS = 100


@dataclass(frozen=True)
class Episode:
    """Numbers of pictures, (ways, shots) to show and (ways, queries) to ask, and the class that is left out, 0..ways-1.

    An episode of fewer shots shows the first columns: the same queries meet more and more examples.
    """

    support: Indices
    query: Indices
    left_out: int


@dataclass(frozen=True)
class Lesson:
    """What was taught, and what is answered then.

    between (pictures, pictures): distances in steps. class_of (pictures,). learned: numbers of pictures, in order.
    rule: one of naming.RULES.
    """

    between: Numbers
    class_of: Indices
    learned: Indices
    rule: str

    def answers(self, asked: Indices, without: int | None = None) -> tuple[Indices, Numbers]:
        """The class of each answer and the distance of its nearest example; `without` a class, as if never taught."""
        kept = self.learned if without is None else self.learned[self.class_of[self.learned] != without]
        return answers(self.rule, self.between, asked, kept, self.class_of[kept])


@dataclass(frozen=True)
class Trials:
    """What came out at one number of shots.

    accuracy (episodes,): the share of queries named right. confusion (classes, classes): true class, answered class.
    Of the same queries, with one class left out of memory: `known` and `unknown` are the distances in steps
    (lib/distance.py) of the nearest example that has the name of the answer, for queries of the other classes and of
    the left-out one; `named_right` says of each known one whether that is its class.
    """

    shots: int
    accuracy: Numbers
    confusion: Indices
    known: Numbers
    named_right: NDArray[np.bool_]
    unknown: Numbers


def episodes(pictures: PictureSet, ways: int, shots: int, count: int, seed: int) -> Iterator[Episode]:
    """Random episodes; the same for every model. ToolError when the set is too small."""
    queries = pictures.queries(shots, QUERIES)
    random = np.random.default_rng(seed)
    for _ in range(count):
        while not (episode := _drawn(pictures, ways, shots, queries, random)):
            queries -= 1
            if not queries:
                raise ToolError(
                    f"{pictures.name}: its groups leave too few queries next to {shots} shots; give smaller --shots"
                )
        yield episode


def _drawn(pictures: PictureSet, ways: int, shots: int, queries: int, random: np.random.Generator) -> Episode | None:
    tries = (_draw(pictures, ways, shots, queries, random) for _ in range(REDRAWS))
    return next((episode for episode in tries if episode), None)


def _draw(pictures: PictureSet, ways: int, shots: int, queries: int, random: np.random.Generator) -> Episode | None:
    """An episode, or None when the support happens to take the groups of too many queries."""
    classes = random.choice(len(pictures.classes), ways, replace=False)
    own = [np.flatnonzero((pictures.class_of == number) & pictures.may_support) for number in classes]
    support = np.stack([random.choice(indices, shots, replace=False) for indices in own])
    free = pictures.may_query & ~np.isin(pictures.group_of, pictures.group_of[support])
    others = [np.flatnonzero((pictures.class_of == number) & free) for number in classes]
    if min(len(indices) for indices in others) < queries:
        return None
    query = np.stack([random.choice(indices, queries, replace=False) for indices in others])
    return Episode(support, query, int(random.integers(ways)))


def run(
    pictures: PictureSet, vectors: Numbers, drawn: Sequence[Episode], shots: Sequence[int], rule: str
) -> list[Trials]:
    """Every episode at every number of shots. vectors (pictures, 768): features in steps. rule: one of naming.RULES."""
    with threadpool_limits(1):  # BLAS' own threads wait spinning
        between = distances(vectors, vectors)
        return [_trials(pictures, between, drawn, count, rule) for count in shots]


def _trials(pictures: PictureSet, between: Numbers, drawn: Sequence[Episode], shots: int, rule: str) -> Trials:
    """between (pictures, pictures): the distances."""
    classes = len(pictures.classes)
    accuracy, confusion = [], np.zeros((classes, classes), np.int64)
    known, named_right, unknown = [], [], []
    for episode in drawn:
        learned = episode.support[:, :shots].T.ravel()  # one picture of each class after the other
        lesson = Lesson(between, pictures.class_of, learned, rule)
        asked = episode.query.ravel()
        true = pictures.class_of[asked]
        answered, _ = lesson.answers(asked)
        accuracy.append(np.mean(answered == true))
        np.add.at(confusion, (true, answered), 1)
        left_out = int(pictures.class_of[episode.query[episode.left_out, 0]])
        answered, nearest = lesson.answers(asked, left_out)
        known.append(nearest[true != left_out])
        named_right.append((answered == true)[true != left_out])
        unknown.append(nearest[true == left_out])
    return Trials(
        shots,
        np.array(accuracy),
        confusion,
        np.concatenate(known),
        np.concatenate(named_right),
        np.concatenate(unknown),
    )
