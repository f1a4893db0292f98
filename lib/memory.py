"""All that was taught and set, in memory: examples, anchors, settings. The store replays its log into it."""

from examples import Examples
from gauge import Gauge


class Memory:
    """What store.Store loads into and compacts from."""

    def __init__(self, engine, vectors):
        self.examples = Examples(engine, vectors)
        self.gauge = Gauge(engine)
        self.settings = []  # [name, value] pairs: dicts have no order on the board

    def learn(self, label, vector):
        """Add an example ('' as the label: one to ignore); examples.MemoryFull when there is no room."""
        self.examples.learn(label, vector)

    def undo(self):
        return self.examples.undo()

    def forget(self, label):
        return self.examples.forget(label)

    def anchor(self, which, vector):
        self.gauge.anchor(which, vector)

    def setting(self, name, value):
        for pair in self.settings:
            if pair[0] == name:
                pair[1] = value
                return
        self.settings.append([name, value])

    def reset(self):
        """Forget the examples and the anchors; settings stay."""
        self.examples.clear()
        self.gauge.clear()

    def records(self):
        """Everything, as the store writes it: ('learn', label, vector), ('anchor', which, vector), ('setting', name, value)."""
        for name, value in self.settings:
            yield 'setting', name, value
        for which, vector in self.gauge.anchors():
            yield 'anchor', which, vector
        for label, vector in self.examples.items():
            yield 'learn', label, vector
