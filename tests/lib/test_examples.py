"""The examples in memory against a plain list, whatever happens to them."""

import hypothesis.strategies as st
import pytest
from examples import Examples, MemoryFull
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from search import Search
from vectors import on_heap

from tests.lib.test_search import LABELS, Numpy, by_numpy, few_values, found, padded


class Life(RuleBasedStateMachine):
    """Any life of the examples, beside a list of (label, vector)."""

    @initialize(free=st.integers(0, 4), pairs=st.lists(st.tuples(st.sampled_from(LABELS), few_values), max_size=6))
    def start(self, free, pairs):
        self.engine = Numpy()
        self.capacity = len(pairs) + free
        self.examples = Examples(self.engine, on_heap(self.capacity))
        self.search = Search(self.examples, self.engine)
        self.model: list[tuple[str, bytes]] = []
        for label, vector in pairs:
            self.learn(label, vector)

    @rule(label=st.sampled_from(LABELS), vector=few_values)
    def learn(self, label, vector):
        label = "".join(list(label))  # equal, not the same string
        if len(self.model) == self.capacity:
            with pytest.raises(MemoryFull, match=str(self.capacity)):
                self.examples.learn(label, vector)
        else:
            self.examples.learn(label, memoryview(vector))
            self.model.append((label, vector))

    @rule()
    def undo(self):
        assert self.examples.undo() == (self.model.pop()[0] if self.model else None)

    @rule(label=st.sampled_from(LABELS))
    def forget(self, label):
        left = [pair for pair in self.model if pair[0] != label]
        assert self.examples.forget(label) == len(self.model) - len(left)
        self.model = left

    @rule(label=st.sampled_from(LABELS), new=st.sampled_from(LABELS))
    def rename(self, label, new):
        new = "".join(list(new))
        self.model = [(new if name == label else name, vector) for name, vector in self.model]
        assert self.examples.rename(label, new) == sum(name == new for name, _ in self.model)

    @rule()
    def clear(self):
        self.examples.clear()
        self.model = []

    @rule()
    def take(self):
        self.examples.take(on_heap(self.capacity))
        self.model = []

    @invariant()
    def same(self):
        if not hasattr(self, "model"):
            return
        assert [(label, bytes(vector)) for label, vector in self.examples.items()] == self.model
        assert self.examples.count == len(self.model)
        assert self.examples.full() == (len(self.model) == self.capacity)
        for query in (padded(b""), padded(b"\3\3\3")):
            assert found(self.search, query)[:2] == by_numpy(self.model, query)[:2]
        labels = [label for label, _ in self.model]
        assert sorted(self.examples.labels) == sorted(set(labels))
        assert all(self.examples.count_of(label) == labels.count(label) for label in LABELS)


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=60, stateful_step_count=25)


def test_labels_are_in_the_order_they_were_learned():
    examples = Examples(Numpy(), on_heap(9))
    for label in ("b", "a", "b", "c", "a"):
        examples.learn(label, padded(b""))
    assert examples.labels == ["b", "a", "c"]
    examples.forget("b")
    examples.learn("b", padded(b""))
    assert examples.labels == ["a", "c", "b"]


def test_every_change_has_a_revision_of_its_own():
    examples = Examples(Numpy(), on_heap(3))
    seen = [examples.revision]
    for change in (
        lambda: examples.learn("a", padded(b"")),
        lambda: examples.learn("b", padded(b"")),
        examples.undo,
        lambda: examples.forget("a"),
        examples.clear,
        lambda: examples.take(on_heap(3)),
    ):
        change()
        seen.append(examples.revision)
    assert seen == sorted(set(seen))
    assert examples.undo() is None
