"""What the camera would show: a sure name, a probable one or nothing, with a few pictures taught and others asked.

Each asked picture stays in view for the frames that lib/decision.py looks at together, after a view of nothing. The
picture does not move; models/smoothing.py measures a hand that does.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from madeleine.device import decision, distance, examples
from madeleine.evaluation.distances import distances
from madeleine.evaluation.limits import keeping
from madeleine.evaluation.sets import Flags, Indices, PictureSet
from madeleine.evaluation.trials import Episode, Lesson, Numbers

SILENT, PROBABLE, SURE = range(3)
NOBODY = -1  # the class of a picture that shows none of the taught things


def certainty(far: Numbers, scale: distance.Scale, limit: int) -> Indices:
    """SILENT, PROBABLE or SURE, for the distance in steps of each picture."""
    each, place = np.unique(far, return_inverse=True)
    limits = scale.steps(limit), scale.sure_steps(limit)
    return np.array([_shown(int(one), *limits) for one in each], np.int64)[place]


def _shown(far: int, limit: int, sure_limit: int) -> int:
    answer = decision.Decision()
    for _ in range(decision.FRAMES):
        answer.frame("it", far, limit, sure_limit)
    return SILENT if answer.name is None else SURE if answer.sure else PROBABLE


@dataclass(frozen=True)
class Asked:
    """Pictures that were asked, an entry for each time: the lesson, the picture, its distance in steps, named right?"""

    lesson: Indices
    picture: Indices
    far: Numbers
    right: Flags

    @classmethod
    def joined(cls, parts: Sequence["Asked"]) -> "Asked":
        """The entries of all parts."""
        columns = zip(*((part.lesson, part.picture, part.far, part.right) for part in parts), strict=True)
        return cls(*(np.concatenate(column) for column in columns))

    def certainty(self, scale: distance.Scale, limits: Indices) -> Indices:
        """As the function, with a limit for each lesson."""
        found = np.zeros(len(self.far), np.int64)
        for limit in np.unique(limits):
            at = limits[self.lesson] == limit
            found[at] = certainty(self.far[at], scale, int(limit))
        return found


@dataclass(frozen=True)
class Showing:
    """What came out of all lessons: pictures of taught things, of a class of the set that was not taught, of others.

    own_limits (lessons,): the limit that each lesson's taught pictures ask for; None where no class has two of them.
    """

    taught: int  # pictures of a class, in the mean
    known: Asked
    similar: Asked
    unrelated: Asked
    own_limits: Indices | None


@dataclass(frozen=True)
class Answer:
    """One picture and what was said of it. true, said: names of classes; '' for a thing that was not taught."""

    path: Path
    true: str
    said: str
    certainty: int
    far: int  # in steps


class Show:
    """The lessons of one set. vectors (pictures, 768): of the set's pictures, then of unrelated ones."""

    def __init__(self, pictures: PictureSet, vectors: Numbers, drawn: Sequence[Episode], shots: int, rule: str) -> None:
        self._pictures = pictures
        self._drawn = drawn
        self._shots = shots
        strangers = len(vectors) - len(pictures.paths)
        self._strangers = np.arange(len(pictures.paths), len(vectors))
        with threadpool_limits(1):
            between = distances(vectors, vectors)
        class_of = np.append(pictures.class_of, np.full(strangers, NOBODY))
        self._lesson = Lesson(between, class_of, np.empty(0, np.int64), rule)

    def run(self, scale: distance.Scale, limit: int, advance: Callable[[int], None] = lambda more: None) -> Showing:
        """All lessons. limit: the one that own_limits keep to, unless the taught pictures speak for another.

        advance: is called after each lesson.
        """
        known, similar, unrelated, limits = [], [], [], []
        with threadpool_limits(1):
            for number, (lesson, asked, left_out) in enumerate(self._lessons()):
                known.append(self._ask(number, lesson, asked))
                for kind in left_out:
                    own = asked[lesson.class_of[asked] == kind]
                    similar.append(self._ask(number, lesson, own, kind))
                unrelated.append(self._ask(number, lesson, self._strangers))
                limits.append(self._own_limit(lesson, scale, limit))
                advance(1)
        taught = len(lesson.learned) / len(np.unique(lesson.class_of[lesson.learned]))
        return Showing(
            round(taught),
            Asked.joined(known),
            Asked.joined(similar),
            Asked.joined(unrelated),
            np.array([one or limit for one in limits]) if any(limits) else None,
        )

    def first(self, scale: distance.Scale, limit: int, strangers: Sequence[Path]) -> list[Answer]:
        """Every picture that can be asked in the first lesson, class by class, and what was said of it."""
        lesson, _, _ = next(self._lessons())
        pictures = self._pictures
        classes = lesson.class_of[lesson.learned]
        free = pictures.may_query & np.isin(pictures.class_of, classes)
        free &= ~np.isin(pictures.group_of, pictures.group_of[lesson.learned])
        asked = np.append(np.flatnonzero(free), self._strangers)
        answered, far = lesson.answers(asked)
        paths, names = [*pictures.paths, *strangers], [*pictures.classes, ""]
        rows = zip(asked, answered, certainty(far, scale, limit), far, strict=True)
        return [
            Answer(paths[at], names[lesson.class_of[at]], names[said] if how else "", int(how), int(steps))
            for at, said, how, steps in rows
        ]

    def _lessons(self) -> Iterator[tuple[Lesson, Indices, Sequence[int]]]:
        """Each lesson, the pictures that are asked, and the classes that are asked as if they had not been taught."""
        pictures = self._pictures
        if pictures.in_halves:
            learned = _in_turns(np.flatnonzero(pictures.may_support), pictures.class_of)[: examples.CAPACITY]
            yield self._taught(learned), np.flatnonzero(pictures.may_query), range(len(pictures.classes))
            return
        for episode in self._drawn:
            left_out = int(pictures.class_of[episode.query[episode.left_out, 0]])
            yield self._taught(episode.support[:, : self._shots].T.ravel()), episode.query.ravel(), [left_out]

    def _taught(self, learned: Indices) -> Lesson:
        return replace(self._lesson, learned=learned)

    def _ask(self, number: int, lesson: Lesson, asked: Indices, without: int | None = None) -> Asked:
        answered, far = lesson.answers(asked, without)
        return Asked(np.full(len(asked), number), asked, far, answered == lesson.class_of[asked])

    def _own_limit(self, lesson: Lesson, scale: distance.Scale, limit: int) -> int | None:
        """The better of two limits for the taught pictures alone, each asked as if it had not been taught.

        The two are the given one, and the least that keeps the right answers. The better one names more of them right,
        less those that it names wrong, less those that get a name when their class was not taught.
        """
        learned, kinds = lesson.learned, lesson.class_of[lesson.learned]
        right: list[float] = []
        wrong: list[float] = []
        for index, kind in zip(learned, kinds, strict=True):
            rest = learned[self._pictures.group_of[learned] != self._pictures.group_of[index]]
            if kind not in lesson.class_of[rest]:
                continue
            answered, far = replace(lesson, learned=rest).answers(np.array([index]))
            (right if answered[0] == kind else wrong).append(far[0])
        if not right:
            return None
        strangers = np.concatenate([lesson.answers(learned[kinds == kind], kind)[1] for kind in np.unique(kinds)])

        def balance(one: int) -> int:
            counts = [np.count_nonzero(np.asarray(far) <= scale.steps(one)) for far in (right, wrong, strangers)]
            return int(counts[0] - counts[1] - counts[2])

        return max((limit, keeping(np.array(right), scale)), key=balance)


def _in_turns(learned: Indices, class_of: Indices) -> Indices:
    """One picture of each class after the other."""
    turn = np.zeros(len(learned), np.int64)
    for kind in np.unique(class_of[learned]):
        own = class_of[learned] == kind
        turn[own] = np.arange(np.count_nonzero(own))
    return learned[np.argsort(turn, kind="stable")]
