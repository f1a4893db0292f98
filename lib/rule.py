"""Who names what is seen: the nearest example, or the rule `fit`, which is loaded while it is wanted.

Whichever it is, a name counts as seen when the nearest example of that name is within the limit: one number, one limit.
"""

import gc
import sys

from micropython import const

import settings

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from collections.abc import Callable

    from engines import Query
    from examples import Examples
    from fit import Fit
    from plain_rows import Plain
    from rows import Ulab
    from search import Match, Search

READY, BUSY, FULL = 'ready', 'busy', 'full'
_MODULES = ('fit', 'triangle', 'rows', 'plain_rows')  # 14 KB of the heap (docs/MEASURED.md)


class Rule:
    """Finds the name of what is seen. `rows` is vision.fastest_rows."""

    def __init__(self, examples: 'Examples', search: 'Search', rows: 'Callable[[], Ulab | Plain]') -> None:
        self.rule = settings.NEAREST
        self.room = 0, 0  # address and bytes of the memory that fit may have
        self._examples = examples
        self._search = search
        self._rows = rows
        self.state = ''  # of `fit`: READY; BUSY or FULL, when the nearest example names. '' for another rule
        self._fit = None  # type: Fit | None

    def use(self, rule: str) -> None:
        """Go by a rule from now on."""
        if rule == self.rule:
            return
        self.rule, self.state, self._fit = rule, '', None
        if rule == settings.FIT:
            self.state = BUSY
            gc.collect()
            try:
                self._load()
            except MemoryError:  # as if the examples were too many
                self._unload()
        else:
            self._unload()

    def _load(self) -> None:
        from fit import Fit
        from triangle import Triangle

        self._fit = Fit(self._examples, self._rows(), Triangle(*self.room))

    def _unload(self) -> None:
        for name in _MODULES:
            sys.modules.pop(name, None)
        gc.collect()

    def find(self, query: 'Query', match: 'Match') -> None:
        """Fill `match` with the nearest example of the name that the rule gives: with `nearest`, of all."""
        label = self._fit.name(query.vector) if self._fit and query.norm else None
        self._search.nearest(query, match, only=label)

    def work(self) -> bool:
        """A turn's share of what `fit` has to compute. True when the examples have just become too many for it."""
        if self.rule != settings.FIT:
            return False
        if self._fit:
            self._fit.work()
        before, self.state = self.state, self._state()
        return self.state == FULL and before != FULL

    def _state(self) -> str:
        if not self._fit or self._fit.full:
            return FULL
        return READY if self._fit.ready() else BUSY
