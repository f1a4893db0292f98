"""Is what is seen as good as what was taught? With one class: how odd a view is, and where. Loaded when wanted.

A view is measured against how far the good examples are from one another: TOP is three times that, and beyond ODD, half
as far again, it is odd.
"""

from micropython import const

import messages
from distance import ONE

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from examples import Examples
    from search import Match
    from session import Session

LEAST = const(3)  # examples: two say nothing of a spread
MOST = const(16)  # that are measured: each pair costs 20,000 instructions
ODD = const(50)
TOP = const(100)
EVERY_MS = const(200)  # as the gauge
NO_CLASS = 'Teach one class, three views of it at least'
_SPREADS = const(3)


class Inspection:
    """Compares each frame with the examples of the one class."""

    def __init__(self, examples: 'Examples') -> None:
        """ValueError with the reason when more or less than one class is taught."""
        labels = [label for label in examples.labels if label]
        if len(labels) != 1 or examples.count_of(labels[0]) < LEAST:
            raise ValueError(NO_CLASS)
        self.oddness = 0  # 0..TOP of the last frame
        self._label, self._revision = labels[0], examples.revision
        places = [i for i in range(examples.count) if examples.label_of[i] == labels[0]][:MOST]
        total = sum([_nearest(examples, i, places) for i in places])
        self._spread = max(total // len(places), ONE // 1000)  # the same view again and again has next to none
        self._said = None  # type: int | None
        self._said_ms = 0

    def oddness_of(self, distance: int) -> int:
        """Of a view at this distance, in steps, from the nearest example."""
        return min(TOP, distance * TOP // (_SPREADS * self._spread))

    def odd(self) -> bool:
        """Is the last frame beyond what is good?"""
        return self.oddness > ODD

    def outdated(self, examples: 'Examples') -> bool:
        """Has something been taught or forgotten since?"""
        return examples.revision != self._revision

    def frame(self, session: 'Session', match: 'Match') -> bool:
        """How odd this frame is: said when it has changed. Has it an odd part, something that the good ones lack?"""
        known = match.label == self._label and match.query is not None  # an ignored view is not a good one
        self.oddness = self.oddness_of(match.distance) if known else TOP
        if self.oddness != self._said and (self._said is None or session.now_ms - self._said_ms >= EVERY_MS):
            self._say(session)
        return known and self.odd()

    def _say(self, session: 'Session') -> None:
        was_odd = self._said is not None and self._said > ODD
        if self.odd() and not was_odd:
            session.sound = ('odd', 'odd')
        self._said, self._said_ms = self.oddness, session.now_ms
        session.send(('oddness', 'value', self.oddness, 'odd', self.odd()))
        session.grove.append(messages.grove_number(self.oddness))


def _nearest(examples: 'Examples', index: int, places: 'list[int]') -> int:
    """The distance of an example from the nearest of the others."""
    engine, vectors, norms = examples.engine, examples.vectors, examples.norms
    query = engine.query(vectors[index])
    return min([engine.distance(query, vectors[i], norms[i]) for i in places if i != index])
