"""Frames answered again under a limit, a rule and without some classes, by the camera's own lib/decision.py."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from madeleine.device import constants, decision, distance, settings
from madeleine.errors import ToolError, UsageError
from madeleine.evaluation.distances import distances
from madeleine.evaluation.naming import answers
from madeleine.examples.collection import Example
from madeleine.whatif.frames import Log

AT_ONCE = 250  # frames
Nearest = tuple[str, int]  # a frame's name, "" for nobody's, and its distance in steps


@dataclass(frozen=True)
class Rules:
    """What is set. without: names of classes, as if never taught."""

    limit: int
    rule: str = settings.NEAREST
    without: tuple[str, ...] = ()

    def __str__(self) -> str:
        return ", ".join([f"limit {self.limit}", f"rule {self.rule}", *(f"without {name}" for name in self.without)])


def shown(log: Log, known: Sequence[Example], scale: distance.Scale, rules: Rules) -> list[str]:
    """The name that the screen shows at each frame, "" for none. ToolError when the log cannot tell."""
    answer, names = decision.Decision(), []
    limits = scale.steps(rules.limit), scale.sure_steps(rules.limit)
    for name, far in _of_vectors(log, known, rules) if log.vectors else _of_scores(log, scale, rules):
        answer.frame(name, far, *limits)
        names.append(answer.name or "")
    return names


def _of_vectors(log: Log, known: Sequence[Example], rules: Rules) -> Iterator[Nearest]:
    kept = [example for example in known if example.label not in rules.without]
    if not kept:
        raise ToolError(
            "no examples are left to answer with; give --examples FILE, as `madeleine examples export` makes"
        )
    names = list(dict.fromkeys(example.label for example in kept))
    labels = np.array([names.index(example.label) for example in kept])
    learned = np.arange(len(kept))
    taught = _numbers([example.vector for example in kept])
    with threadpool_limits(1):
        for start in range(0, len(log.vectors), AT_ONCE):
            rows = np.concatenate([taught, _numbers(log.vectors[start : start + AT_ONCE])])
            asked = np.arange(len(kept), len(rows))
            found, far = answers(rules.rule, distances(rows, rows), asked, learned, labels)
            yield from ((names[number], int(steps)) for number, steps in zip(found, far, strict=True))


def _of_scores(log: Log, scale: distance.Scale, rules: Rules) -> Iterator[Nearest]:
    if rules.rule != settings.NEAREST:
        raise UsageError("a log of scores has no vectors, and the rule fit needs them; record with --vectors 1")
    unit = scale.steps(constants.USUAL_LIMIT) / constants.USUAL_LIMIT
    for scores in log.scores:
        left = [(name, round(far * unit)) for name, far in scores if name not in rules.without]
        yield min(left, key=lambda pair: pair[1]) if left else ("", distance.FAR)


def _numbers(vectors: Sequence[bytes]) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return np.array([list(vector) for vector in vectors], np.float64)


@dataclass(frozen=True)
class Seen:
    """A name was on the screen from a frame to another one."""

    name: str
    first: int
    last: int


def appearances(names: Sequence[str]) -> list[Seen]:
    """Each stretch of frames with one name."""
    found: list[Seen] = []
    for number, name in enumerate(names):
        if name and number and names[number - 1] == name:
            found[-1] = Seen(name, found[-1].first, number)
        elif name:
            found.append(Seen(name, number, number))
    return found


def gone(before: Sequence[str], after: Sequence[str]) -> list[Seen]:
    """The appearances before in whose frames the name is not on the screen after."""
    return [seen for seen in appearances(before) if seen.name not in after[seen.first : seen.last + 1]]
