"""A thread that does one thing after the other, apart from the monitor; bounded, and with a report when one fails."""

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Protocol

from madeleine.monitor.items import Change
from madeleine.monitor.rules import Rule

WAITING_MAX = 32


class ActionError(Exception):
    """An action did not do what it should; the message says why."""


class Performer(Protocol):
    """Does one kind of action; called by its lane only."""

    def __call__(self, rule: Rule, change: Change) -> None:
        """Does what the rule wants, within its time; ActionError when that fails."""

    def close(self) -> None:
        """Ends what is under way. From another thread."""


class Lane(threading.Thread):
    """Performs what it is given, in order. When too much waits the oldest is dropped: the last state is what counts."""

    def __init__(self, perform: Performer, report: Callable[[str], None]) -> None:
        super().__init__(daemon=True)
        self._perform = perform
        self._report = report
        self._waiting: deque[tuple[Rule, Change]] = deque()
        self._news = threading.Condition()
        self._busy = self._closing = self._full = False
        self.start()

    def put(self, rule: Rule, change: Change) -> None:
        """Returns at once."""
        with self._news:
            if len(self._waiting) == WAITING_MAX:
                dropped, _ = self._waiting.popleft()
                if not self._full:
                    self._report(f"{dropped.title}: cannot keep up, the oldest are left out")
                self._full = True
            self._waiting.append((rule, change))
            self._news.notify_all()

    def run(self) -> None:
        while True:
            with self._news:
                self._busy = False
                self._news.notify_all()
                self._news.wait_for(lambda: self._waiting or self._closing)
                if not self._waiting:
                    return
                rule, change = self._waiting.popleft()
                self._full = self._full and bool(self._waiting)
                self._busy = True
            try:
                self._perform(rule, change)
            except ActionError as error:
                self._report(f"{rule.title}: {error}")
            except Exception as error:  # whatever a library may raise: the lane goes on
                self._report(f"{rule.title}: failed ({type(error).__name__}: {error})")

    def close(self, until_s: float) -> int:
        """Ends when all is done, or at a time of time.monotonic(); how much was left undone."""
        with self._news:
            self._closing = True
            self._news.notify_all()
            self._news.wait_for(lambda: not self._waiting and not self._busy, max(0.0, until_s - time.monotonic()))
            undone = len(self._waiting) + self._busy
            self._waiting.clear()
        self._perform.close()
        return undone
