"""A locked camera: what visitors may ask of it, and their lessons in memory alone, over what is on flash.

Stands in for the store.
"""

from micropython import const

import settings
from change import LEARN, UNDO, Change
from command_error import CommandError

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from app import App
    from memory import Memory
# What a locked camera does: read, show, and learn for a while. Anything else is refused.
WHILE_LOCKED = 'learn exclude undo select pass why good where'.split()
WHILE_LOCKED += 'status scores watch list sets export lock unlock'.split()
LOCKED = 'Locked: only the card *unlock CODE changes that'


class Visitors:
    """Knows which examples of the memory are not on flash: the newest ones."""

    def __init__(self) -> None:
        self._labels = []  # type: list[str]  # of the lessons
        self.wait_ms = 0  # after the last wrong code (lock.py)
        self.wait_until_ms = 0

    def apply(self, change: Change) -> 'Change | None':
        """As Store.apply, for lessons and their undo; CommandError for anything else."""
        if change.what == UNDO:
            return Change(LEARN, self._labels.pop())
        if change.what != LEARN or change.draft:
            raise CommandError('locked', LOCKED)
        self._labels.append(change.key)
        return None

    def undoable(self) -> 'Change | None':
        return Change(LEARN, self._labels[-1]) if self._labels else None

    def clear(self, memory: 'Memory') -> None:
        """Forget the lessons."""
        for _ in self._labels:
            memory.apply(Change(UNDO))
        del self._labels[:]

    def turn(self, app: 'App') -> None:
        """Forget them when nobody has touched the camera for some minutes."""
        session = app.session
        minutes = int(app.memory.settings.value(settings.SCRATCH))
        if self._labels and session.now_ms - session.used_ms > minutes * 60000:
            self.clear(app.memory)
            session.classes.select(None)
            session.send(('cleared', 'examples', app.memory.examples.count))
            app.write_messages()
