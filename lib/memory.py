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
        return _WAYS[change.what](self, change)

    def clear(self) -> None:
        """Forget everything, settings too."""
        self._reset(None)
        self.settings.clear()

    def changes(self) -> 'Iterator[Change]':
        """All there is: settings, then anchors, then examples in the order they were learned."""
        for name, text in self.settings.pairs():
            yield Change(word.SETTING, name, text)
        for which, vector in self.gauge.anchors():
            yield Change(word.ANCHOR, which, vector)
        for label, vector in self.examples.items():
            yield Change(word.LEARN, label, vector)

    def _learn(self, change: Change) -> None:
        self.examples.learn(change.key, change.value)

    def _anchor(self, change: Change) -> None:
        self.gauge.anchor(change.key, change.value)

    def _setting(self, change: Change) -> None:
        self.settings.set(change.key, change.value)

    def _forget(self, change: Change) -> int:
        return self.examples.forget(change.key)

    def _forget_gauge(self, change: Change) -> None:
        self.gauge.clear()

    def _undo(self, change: Change) -> 'str | None':
        return self.examples.undo()

    def _reset(self, change: 'Change | None') -> None:
        self.examples.clear()
        self.gauge.clear()


_WAYS = {
    word.LEARN: Memory._learn,
    word.ANCHOR: Memory._anchor,
    word.SETTING: Memory._setting,
    word.FORGET: Memory._forget,
    word.FORGET_GAUGE: Memory._forget_gauge,
    word.UNDO: Memory._undo,
    word.RESET: Memory._reset,
}
