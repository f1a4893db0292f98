"""The k = 1 search: which example is nearest to the vector of this frame?

The squared distance of two byte vectors is |p|^2 + |q|^2 - 2 p.q, and |q|^2 is kept with each example, so one
inner product decides; engines.py has three ways to compute it, all exact.

Most examples are not measured at all. A *baseline* is an earlier query from which every example was measured and put
in order. A later query cannot be nearer to an example than the baseline was, less the distance between baseline and
query (the triangle inequality), so the search goes through the examples in that order until none can win any more.
It finds what a search of all examples finds, whatever the camera sees; a still camera measures two or three.
"""

from math import sqrt

from micropython import const

import features

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from engines import Engine, Query
    from examples import Examples

FAR = 1 << 40  # no example is as far as this
_INDEX_BITS = const(10)  # of a key, which is a distance and, below it, the example's index
_INDEX = const((1 << _INDEX_BITS) - 1)
_REBASE_AFTER = const(2)  # examples measured since the baseline was taken, for each example there is


class Match:
    """What a search finds; one object, filled again each time, so that a frame leaves no garbage."""

    def __init__(self) -> None:
        self.label = None  # type: str | None  # '' is an example to ignore; None: no example was found
        self.distance = FAR  # squared, in steps (features.py)
        self.query = None  # type: Query | None  # from which the distance was measured

    def fill(self, label: 'str | None', distance: int, query: 'Query | None') -> None:
        self.label = label
        self.distance = distance
        self.query = query


class Search:
    """Finds the nearest of `examples`; `engine` computes inner products."""

    def __init__(self, examples: 'Examples', engine: 'Engine') -> None:
        self._examples = examples
        self._engine = engine
        self._baseline = bytearray(features.LENGTH)
        self._baseline_norm = self._baseline_root = 0
        # One for each example, the nearest to the baseline first; made while the heap still has 2 KB in one piece.
        self._keys = [0] * len(examples.vectors)
        self._revision = -1  # of the examples, when the baseline was taken
        self._measured = 0  # examples since then

    def nearest(self, query: 'Query', match: Match, but: 'str | None' = None) -> None:
        """Fill `match` with the nearest example, of equally near ones the first learned. `but`: a label to omit."""
        slack = 4 + (query.norm >> 17)  # what engines.Compare's distances may be off by (nothing, for real features)
        moved = self._prepare(query, slack)
        examples, dot, norm = self._examples, self._engine.dot, query.norm
        vectors, norms, roots, label_of = examples.vectors, examples.norms, examples.roots, examples.label_of
        best, index, measured = FAR, -1, self._measured
        last = FAR << _INDEX_BITS
        for key in self._keys:
            if key > last:
                break
            i = key & _INDEX
            if label_of[i] == but:
                continue
            measured += 1
            distance = norm + norms[i] - 2 * dot(query, vectors[i], roots[i])
            if distance < best or (distance == best and i < index):
                best, index = distance, i
                reach = (sqrt(best + slack) + moved) * 1.00001  # the floats' own errors: ten of 2^-24
                last = int(reach * reach) + 1 + slack << _INDEX_BITS | _INDEX
        self._measured = measured
        match.fill(None if index < 0 else label_of[index], best, query)

    def runner_up(self, match: Match, other: Match) -> None:
        """Fill `other` with the nearest example that has another label than `match`, in the same frame as that."""
        if match.query is None or match.label is None:
            other.fill(None, FAR, match.query)
        else:
            self.nearest(match.query, other, match.label)

    def _prepare(self, query: 'Query', slack: int) -> float:
        """Take a new baseline if the old one lets too few examples be skipped; returns how far the query is from it."""
        examples, dot, norm, keys = self._examples, self._engine.dot, query.norm, self._keys
        if self._revision == examples.revision and self._measured < _REBASE_AFTER * examples.count:
            moved = sqrt(norm + self._baseline_norm - 2 * dot(query, self._baseline, self._baseline_root) + slack)
            i = keys[0] & _INDEX
            nearest = norm + examples.norms[i] - 2 * dot(query, examples.vectors[i], examples.roots[i])
            reach = sqrt(nearest + slack) + moved
            if int(reach * reach) <= keys[examples.count // 2] >> _INDEX_BITS:  # half of the examples cannot win
                return moved
        self._rebase(query)
        return sqrt(slack)

    def _rebase(self, query: 'Query') -> None:
        """Measure every example from the query, which is the baseline from now on."""
        examples, norm = self._examples, query.norm
        norms, keys = examples.norms, self._keys
        if len(keys) != examples.count:
            del keys[examples.count :]
            while len(keys) < examples.count:
                keys.append(0)
        self._engine.dots(query, examples.vectors, examples.roots, keys)
        for i in range(examples.count):
            keys[i] = norm + norms[i] - 2 * keys[i] << _INDEX_BITS | i
        keys.sort()
        self._baseline[:] = query.vector
        self._baseline_norm, self._baseline_root = norm, query.root
        self._revision = examples.revision
        self._measured = 0
