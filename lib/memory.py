"""All that was taught and set, in memory: examples, marks of the gauge, settings."""

from micropython import const

import change as word
from change import Change
from examples import Examples
from gauge import PICTURES, Gauge
from settings import Settings

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from collections.abc import Iterator, Sequence

    from engines import Engine


class Memory:
    """What store.Store fills, and writes anew from its changes()."""

    def __init__(self, engine: 'Engine', places: 'Sequence[bytearray]') -> None:
        self.examples = Examples(engine, ())
        self.gauge = Gauge(engine)
        self.settings = Settings()
        self.take(places)

    def take(self, places: 'Sequence[bytearray]') -> None:
        """Keep vectors in `places`, writable buffers of features.LENGTH bytes: the first are the gauge's."""
        pictures = min(PICTURES, len(places) // 2)
        self.gauge.take(places[:pictures])
        self.examples.take(places, pictures)

    def apply(self, change: Change) -> 'str | int | None':
        """Do one change: how many examples a forget took, how many have the new label, the label of the example that an
        undo took, or None.

        examples.MemoryFull when there is no room for what is learned.
        """
        what = change.what
        if what == word.LEARN:
            self.examples.learn(change.key, change.value)
        elif what == word.MARK:
            self.gauge.add(change.key, change.value)
        elif what == word.SETTING:
            self.settings.set(change.key, change.value)
        elif what == word.FORGET:
            return self.examples.forget(change.key)
        elif what == word.RENAME:
            if not self.examples.count_of(change.value):
                self.settings.rename(change.key, change.value)
            return self.examples.rename(change.key, change.value)
        elif what == word.UNDO:
            return self.examples.undo()
        elif what == word.FORGET_GAUGE:
            self.gauge.clear()
        elif what == word.RESET:
            self.examples.clear()
            self.gauge.clear()
            self.settings.drop_ids()
        return None

    def clear(self) -> None:
        """Forget everything, settings too."""
        self.apply(Change(word.RESET))
        self.settings.clear()

    def changes(self) -> 'Iterator[Change]':
        """All there is: settings, then marks, then examples in the order they were learned."""
        for name, text in self.settings.pairs():
            yield Change(word.SETTING, name, text)
        for value, vector in self.gauge.marks():
            yield Change(word.MARK, value, vector)
        for label, vector in self.examples.items():
            yield Change(word.LEARN, label, vector)
