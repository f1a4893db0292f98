"""Follows what one rule watches: changes and time in, the moments to act out. Bounded; knows no clock."""

from collections import deque
from collections.abc import Iterator
from dataclasses import replace

from madeleine.monitor.items import Change
from madeleine.monitor.rules import Rule

HELD_MAX = 500  # names at a time
OPPOSITE = {"appears": "goes", "goes": "appears", "odd": "good", "good": "odd"}
GAUGE, UNSEEN = "gauge", "unseen"


class Watcher:
    """One rule, over time."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self._held: dict[str, Change] = {}  # by label: what began, and has not ended, for `for`
        self._reading_fits = False
        self._after_s: float | None = None  # when the name of `after` has appeared
        self._unseen_s: float | None = None  # since when
        self._started = False
        self._times: deque[float] = deque(maxlen=rule.conditions.count)

    def connected(self, at_s: float) -> None:
        """The camera is there: what is not seen counts from now on."""
        self._started = True
        self._unseen_s = at_s

    def lost(self) -> None:
        """The camera is not there: nobody knows what holds."""
        self._started, self._unseen_s, self._reading_fits = True, None, False
        self._held.clear()

    def tick(self, at_s: float) -> Iterator[Change]:
        """Time is `at_s` now; what is to be acted on because of that."""
        if not self._started:
            self.connected(at_s)
        conditions = self.rule.conditions
        for label, began in list(self._held.items()):
            due_s = began.at_s + (conditions.for_s or 0)
            if at_s < began.at_s:  # the clock was set back
                self._held[label] = replace(began, at_s=at_s)
            elif at_s >= due_s:
                del self._held[label]
                yield from self._enough(replace(began, at_s=due_s))
        if conditions.unseen_s is not None and self._unseen_s is not None:
            self._unseen_s = min(self._unseen_s, at_s)
            if at_s - self._unseen_s >= conditions.unseen_s:
                self._unseen_s = None  # until it was seen again
                name = self.rule.names[0] if len(self.rule.names) == 1 else ""
                yield from self._enough(Change(UNSEEN, name, at_s))

    def take(self, change: Change) -> Iterator[Change]:
        """Something has changed; what is to be acted on because of that."""
        begins, ends = self._effect(change)
        if self._is_named(change) and change.event in ("appears", "goes"):
            self._unseen_s = change.at_s if change.event == "goes" else None
        if ends:
            self._held.pop(change.label, None)
        if begins and self.rule.conditions.for_s is not None:
            if len(self._held) < HELD_MAX:
                self._held.setdefault(change.label, change)
        elif begins:
            yield from self._enough(change)
        if change.event == "appears" and change.label == self.rule.conditions.after:
            self._after_s = change.at_s

    def _effect(self, change: Change) -> tuple[bool, bool]:
        """Does what the rule wants begin, or end?"""
        wanted = self.rule.conditions.gauge
        if wanted is not None:
            if change.event != GAUGE:
                return False, False
            before, self._reading_fits = self._reading_fits, wanted.holds(change.gauge)
            return self._reading_fits and not before, not self._reading_fits
        ends = any(change.event == OPPOSITE.get(event) for event in self.rule.events)
        return self.rule.wants(change), ends and self._is_named(change)

    def _is_named(self, change: Change) -> bool:
        return not self.rule.names or change.label in self.rule.names

    def _enough(self, change: Change) -> Iterator[Change]:
        """The change, if it came after the right one, often enough, and not in quiet hours."""
        conditions = self.rule.conditions
        within_s = float("inf") if conditions.within_s is None else conditions.within_s
        if conditions.after is not None:
            after_s, self._after_s = self._after_s, None
            if after_s is None or not 0 <= change.at_s - after_s <= within_s:
                return
        if conditions.count > 1:
            self._times.append(change.at_s)
            if len(self._times) < conditions.count or not 0 <= change.at_s - self._times[0] <= within_s:
                return
            self._times.clear()
        if conditions.quiet is None or not conditions.quiet.include(change.at_s):
            yield change
