"""The k = 1 search: which example is nearest to the vector of this frame?

engines.py has three ways to compare two vectors. Each gives a gap, which is fast and nearly right, and an inner
product, which is exact. The search goes by gaps; what may be nearest is settled by the exact distance (distance.py), so
that every engine and interpreter finds the same example at the same distance.

Most examples are not measured at all. A *baseline* is an earlier query from which every example was measured and put
in order. A later query cannot be nearer to an example than the baseline was, less the distance between baseline and
query (the triangle inequality), so the search goes through the examples in that order until none can win any more.
It finds what a search of all examples finds, whatever the camera sees; a still camera measures two or three.
"""

from math import sqrt

from micropython import const

import features
from distance import FAR
from engines import RIGHT_ANGLE, SLACK

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from collections.abc import Sequence

    from engines import Engine, Query
    from examples import Examples

_INDEX_BITS = const(8)  # of a key, which is a gap by fours and, below it, the example's index: a small integer
_INDEX = const((1 << _INDEX_BITS) - 1)
_LAST = const(1 << 30)  # above every key
_REBASE_AFTER = const(2)  # examples measured since the baseline was taken, for each example there is


class Match:
    """What a search finds; one object, filled again each time, so that a frame leaves no garbage."""

    def __init__(self) -> None:
        self.label = None  # type: str | None  # '' is an example to ignore; None: no example was found
        self.distance = FAR
        self.query = None  # type: Query | None  # from which the distance was measured
        self.index = -1  # of the example

    def fill(self, label: 'str | None', distance: int, query: 'Query | None', index: int = -1) -> None:
        self.label = label
        self.distance = distance
        self.query = query
        self.index = index


class Search:
    """Finds the nearest of `examples`; `engine` compares."""

    def __init__(self, examples: 'Examples', engine: 'Engine') -> None:
        self._examples = examples
        self._engine = engine
        self._baseline = bytearray(features.LENGTH)
        self._baseline_norm = 0
        # One for each example, the nearest to the baseline first; made while the heap still has 2 KB in one piece.
        self._keys = [0] * len(examples.vectors)
        self._revision = -1  # of the examples, when the baseline was taken
        self._measured = 0  # examples since then

    def nearest(self, query: 'Query', match: Match, but: 'str | None' = None, only: 'str | None' = None) -> None:
        """Fill `match` with the nearest example, of equally near ones the first learned.

        but: a label to omit; only: the one to look at.
        """
        examples, engine = self._examples, self._engine
        if only is not None and 4 * examples.count_of(only) <= examples.count:  # fewer than a baseline costs
            keys, moved = range(examples.count), 0.0  # type: tuple[Sequence[int], float]
        else:
            moved, keys = self._prepare(query), self._keys
        vectors, norms, label_of = examples.vectors, examples.norms, examples.label_of
        best, index, measured, gap = FAR, -1, self._measured, engine.gap
        last, reach = _LAST, 2 * RIGHT_ANGLE
        for key in keys:
            if key > last:
                break
            i = key & _INDEX
            if label_of[i] == but or (only is not None and label_of[i] != only):
                continue
            measured += 1
            found = gap(query, vectors[i], norms[i])
            if found > reach:
                continue
            exact = engine.distance(query, vectors[i], norms[i], found)
            if exact < best or (exact == best and i < index):
                best, index = exact, i
                reach = found + SLACK
                last = _key_of(sqrt(reach + SLACK) + moved)
        self._measured = measured
        match.fill(None if index < 0 else label_of[index], best, query, index)

    def runner_up(self, match: Match, other: Match) -> None:
        """Fill `other` with the nearest example that has another label than `match`, in the same frame as that."""
        if match.query is None or match.label is None:
            other.fill(None, FAR, match.query)
        else:
            self.nearest(match.query, other, match.label)

    def scores(self, query: 'Query', most: int) -> 'list[tuple[str, int]]':
        """(label, distance of its nearest example) of up to `most` labels, the nearest first."""
        examples, engine = self._examples, self._engine
        nearest = {}  # type: dict[str, int]
        for i in range(examples.count):
            label = examples.label_of[i]
            found = engine.distance(query, examples.vectors[i], examples.norms[i])
            nearest[label] = min(found, nearest.get(label, FAR))
        order = sorted([(nearest[label], at) for at, label in enumerate(examples.labels)])
        return [(examples.labels[at], found) for found, at in order[:most]]

    def _prepare(self, query: 'Query') -> float:
        """Take a new baseline if the old one lets too few examples be skipped; returns how far the query is from it."""
        examples, gap, keys = self._examples, self._engine.gap, self._keys
        if self._revision == examples.revision and self._measured < _REBASE_AFTER * examples.count:
            moved = sqrt(gap(query, self._baseline, self._baseline_norm) + SLACK)
            i = keys[0] & _INDEX
            nearest = gap(query, examples.vectors[i], examples.norms[i])
            if _key_of(sqrt(nearest + SLACK) + moved) <= keys[examples.count // 2]:  # half of the examples cannot win
                return moved
        self._rebase(query)
        return sqrt(SLACK)

    def _rebase(self, query: 'Query') -> None:
        """Measure every example from the query, which is the baseline from now on."""
        examples, keys = self._examples, self._keys
        if len(keys) != examples.count:
            del keys[examples.count :]
            while len(keys) < examples.count:
                keys.append(0)
        self._engine.gaps(query, examples.vectors, examples.norms, keys)
        for i in range(examples.count):
            keys[i] = keys[i] >> 2 << _INDEX_BITS | i
        keys.sort()
        self._baseline[:] = query.vector
        self._baseline_norm = query.norm
        self._revision = examples.revision
        self._measured = 0


def _key_of(reach: float) -> int:
    """The last key of an example that can lie within `reach` of the baseline, the root of a gap."""
    return min(_LAST, int(reach * reach * 1.00002) + SLACK >> 2 << _INDEX_BITS | _INDEX)  # floats err by ten of 2^-24
