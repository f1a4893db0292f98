"""How near every class is, for a host: once, or again and again. Loaded when a host asks for it."""

import ujson
from micropython import const

import messages

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from distance import Scale
    from messages import Message
    from session import Session

MOST = 20  # classes: the nearest; 1 KB of names at most


class Scores(messages.Raw):
    """Labels and their distances as JSON: [["cup", 83.2], ...]; '' are the ignored views."""

    def __init__(self, pairs: 'list[tuple[str, int]]', scale: 'Scale') -> None:
        self._pairs = pairs
        self._scale = scale

    def __str__(self) -> str:
        read = self._scale.tenths
        return (
            '['
            + ', '.join(['[%s, %s]' % (ujson.dumps(name), messages.Tenths(read(far))) for name, far in self._pairs])
            + ']'
        )


def scores(session: 'Session') -> 'Message':
    """The answer, and how far the nearest example of each class is."""
    query = session.match.query
    found = [] if query is None else session.search.scores(query, MOST)
    answer = session.answer
    return ('scores', 'name', answer.name, 'sure', answer.sure, 'scores', Scores(found, session.scale))


class Watch:
    """Sends a host what it wants every so many frames; `what`: words of command.WATCHED."""

    def __init__(self, every: int, what: 'list[str]') -> None:
        self._every = every
        self._what = what
        self._frames = 0  # since the last time

    def wants(self, what: str) -> bool:
        """Has the host asked for this word?"""
        return what in self._what

    def frame(self, session: 'Session') -> None:
        """One frame has been seen."""
        self._frames += 1
        query = session.match.query
        if self._frames < self._every or query is None:
            return
        self._frames = 0
        if self.wants('scores'):
            session.send(scores(session))
        if self.wants('where'):
            session.why.say_where()
        if self.wants('vector'):
            session.send(('vector', 'vector', messages.base64(query.vector)))
