"""All that was taught and set, in memory: examples, anchors, settings."""

from micropython import const

import change as word
from change import Change
from examples import Examples
from gauge import Gauge
from settings import Settings

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from collections.abc import Iterator, Sequence

    from engines import Engine


class Memory:
    """What store.Store fills, and writes anew from its changes()."""

    def __init__(self, engine: 'Engine', vectors: 'Sequence[bytearray]') -> None:
        self.examples = Examples(engine, vectors)
        self.gauge = Gauge(engine)
        self.settings = Settings()

    def apply(self, change: Change) -> 'str | int | None':
        """Do one change: how many examples a forget took, the label of the example that an undo took, or None.

        examples.MemoryFull when there is no room for what is learned.
        """
        what = change.what
        if what == word.LEARN:
            self.examples.learn(change.key, change.value)
        elif what == word.ANCHOR:
            self.gauge.anchor(change.key, change.value)
        elif what == word.SETTING:
            self.settings.set(change.key, change.value)
        elif what == word.FORGET:
            return self.examples.forget(change.key)
        elif what == word.UNDO:
            return self.examples.undo()
        elif what == word.FORGET_GAUGE:
            self.gauge.clear()
        elif what == word.RESET:
            self.examples.clear()
            self.gauge.clear()
        return None

    def clear(self) -> None:
        """Forget everything, settings too."""
        self.apply(Change(word.RESET))
        self.settings.clear()

    def changes(self) -> 'Iterator[Change]':
        """All there is: settings, then anchors, then examples in the order they were learned."""
        for name, text in self.settings.pairs():
            yield Change(word.SETTING, name, text)
        for which, vector in self.gauge.anchors():
            yield Change(word.ANCHOR, which, vector)
        for label, vector in self.examples.items():
            yield Change(word.LEARN, label, vector)
