"""The menu's list of classes, a screen of it at a time: examples of each, and how many different views (coach.py)."""

import sys

from micropython import const

_TYPING = const(0)
if _TYPING:
    from examples import Examples
    from session import Session

ROWS = const(8)  # of the screen


class ClassList:
    """Loaded while it is open."""

    def __init__(self, session: 'Session') -> None:
        self.labels = session.classes.labels()
        self._session = session
        self._shown = None  # type: tuple[int, int] | None  # cursor and revision, for which the rows are
        self._rows = []  # type: list[str]
        self._views = []  # type: list[int]

    def rows(self, cursor: int) -> 'tuple[list[str], list[int], int]':
        """Of a screen around the cursor: names with counts, views that differ (0..coach.ENOUGH), the cursor's row."""
        examples = self._session.memory.examples  # type: Examples
        first = max(0, min(cursor - ROWS + 2, len(self.labels) - ROWS))
        if self._shown != (first, examples.revision):
            import coach

            del sys.modules['coach']
            self._shown = first, examples.revision
            labels = self.labels[first : first + ROWS]
            self._rows = ['%s (%d)' % (label, examples.count_of(label)) for label in labels]
            self._views = [coach.views(examples, self._session.scale, label) for label in labels]
        return self._rows, self._views, cursor - first
