"""Why the camera says so, and where: the heat that is shown, the place that a host hears, the inspection."""

import sys

from micropython import const

import settings
from where import Where

_TYPING = const(0)
if _TYPING:
    from change import Change
    from heat import Heat
    from messages import Message
    from oddness import Inspection
    from search import Match
    from session import Session

NO_MAP = 'This model gives no map: madeleine model edit --byte-features makes one that does'


class Why:
    """What of it a session shows and says; nothing of it is loaded, or costs anything, while nobody asks."""

    def __init__(self, session: 'Session') -> None:
        self.where = Where(session.memory.examples)
        self.shown = False  # heat over the picture?
        self.followed = False  # does a HuskyLens's client ask where the thing is, frame by frame?
        self.heat = None  # type: Heat | None  # of a frame, and shown for where.every
        self.inspection = None  # type: Inspection | None
        self._session = session
        self._wait = 0  # frames until the next look for the heat

    def show(self, on: bool, id: 'str | int | None' = None) -> None:
        """Show the heat of what is seen, or no longer."""
        if not self.where.possible():
            self._session.refuse('model', NO_MAP, id)
            return
        self.shown, self.inspection, self._wait = on, None, 0
        self._session.send(('why', 'on', on), id)

    def inspect(self, on: bool, id: 'str | int | None' = None) -> None:
        """Say how good what is seen is, with one class taught, or no longer."""
        self.shown, self.inspection, self.heat, self._wait = False, None, None, 0
        if on:
            from oddness import Inspection

            del sys.modules['oddness']
            try:
                self.inspection = Inspection(self._session.memory.examples)
            except ValueError as error:
                self._session.refuse('good', str(error), id)
                return
        self._session.send(('good', 'on', on), id)

    def end(self) -> bool:
        """A press ends what is shown. Was there anything?"""
        if self.inspection is not None:
            self.inspect(False)
        elif self.shown:
            self.show(False)
        else:
            return False
        return True

    def say_where(self, id: 'str | int | None' = None) -> 'tuple[Change, ...]':
        """To a host: where the thing is that is seen now."""
        session = self._session
        if not self.where.possible():
            return session.refuse('model', NO_MAP, id)
        message = ('where', 'name', session.answer.name)  # type: Message
        session.send(message + (self.place(session.match) or ('box', None, 'centre', None)), id)
        return ()

    def place(self, match: 'Match') -> 'Message':
        """Box and centre of the answer in this frame; () where nobody knows."""
        heat = self.where.find(self._session.answer.name, match)
        return ('box', list(heat.box()), 'centre', list(heat.centre())) if heat else ()

    def frame(self, match: 'Match') -> None:
        """One frame has been seen."""
        if self.inspection is not None:
            if self.inspection.outdated(self._session.memory.examples):
                self.inspect(True)
            if self.inspection is None or not self.inspection.frame(self._session, match):
                self.heat = None
            elif self._due():
                self.heat = self.where.find_odd(match.query, match.index)  # type: ignore[arg-type]  # an odd part has one
        elif not self.shown:
            self.heat = None
        elif self._due():
            self.heat = self.where.find(self._session.answer.name, match)
        if self.where.heat is not None and not self._wanted():
            self.where.rest()

    def _due(self) -> bool:
        """Is it time for the next look?"""
        self._wait -= 1
        if self._wait > 0:
            return False
        self._wait = self.where.every
        return True

    def _wanted(self) -> bool:
        watch = self._session.watch
        if self.shown or self.followed or self.inspection is not None or (watch is not None and watch.wants('where')):
            return True
        return self._session.memory.settings.value(settings.WHERE) == settings.ON
