"""The ids that HuskyLens's protocol has of classes: different, lasting, and on flash."""

import pytest
from change import FORGET, LEARN, RENAME, RESET, UNDO, Change
from classes import Classes
from engines import Plain
from features import LENGTH
from husky_things import Ids
from hypothesis import given
from hypothesis import strategies as st
from memory import Memory
from store import Store
from vectors import on_heap

from tests.fakes.flash import Flash


class Taught:
    """What is taught, in memory and on flash; a look of Ids after each change, as the app has it."""

    def __init__(self):
        self.files = Flash()
        self.restart()

    def restart(self):
        """Power off and on."""
        self.memory = Memory(Plain(), on_heap(40))
        self.store = Store(self.files, b"0badcafe", LENGTH)
        assert self.store.load(self.memory) == []
        self.ids = Ids(self)
        self.ids.look()

    def keep(self, change):
        """As the app does."""
        undone = self.store.apply(change)
        if undone is not None and undone.what != LEARN:
            self.memory.clear()
            self.store.replay(self.memory)
        else:
            self.memory.apply(change)

    def do(self, what, key=None, value=None):
        self.keep(Change(what, key, value))
        self.ids.look()

    def teach(self, *names):
        for name in names:
            self.do(LEARN, name, bytes(LENGTH))

    def numbers(self):
        labels = Classes(self.memory.examples).labels()
        return {label: self.ids.number(label) for label in labels}


@pytest.fixture
def taught():
    return Taught()


def test_ids_count_in_the_order_of_learning(taught):
    taught.teach("b", "", "a", "b", "c")
    assert taught.numbers() == {"b": 1, "a": 2, "c": 3}
    ids = taught.ids
    assert (ids.count(), ids.label(2), ids.label(4), ids.number("x")) == (3, "a", None, 0)


def test_a_forgotten_id_is_not_given_again(taught):
    taught.teach("a", "b", "c")
    taught.do(FORGET, "b")
    assert taught.numbers() == {"a": 1, "c": 3}
    taught.restart()
    taught.teach("d")
    assert taught.numbers() == {"a": 1, "c": 3, "d": 4}
    taught.teach("b")
    assert taught.numbers()["b"] == 2, "it is its own"


def test_with_nothing_left_it_begins_with_1(taught):
    taught.teach("a", "b")
    taught.do(RESET)
    taught.restart()
    taught.teach("c")
    assert taught.numbers() == {"c": 1}


def test_an_id_stays_under_a_new_name(taught):
    taught.teach("a", "b")
    taught.do(RENAME, "a", "mug")
    assert taught.numbers() == {"mug": 1, "b": 2}
    taught.restart()
    taught.teach("a")
    assert taught.numbers() == {"mug": 1, "b": 2, "a": 3}
    taught.do(RENAME, "b", "mug")  # two become one
    assert taught.numbers() == {"mug": 1, "a": 3}
    taught.do(FORGET, "a")
    taught.do(RENAME, "mug", "a")  # the name of a forgotten one
    assert taught.numbers() == {"a": 1}


def test_an_undo_takes_back_what_was_done_and_no_id(taught):
    taught.teach("a", "b")
    assert taught.store.undoable().what == LEARN
    taught.do(UNDO)
    assert taught.numbers() == {"a": 1}
    taught.do(RENAME, "a", "mug")
    taught.do(UNDO)
    assert taught.numbers() == {"a": 1}


def test_a_number_in_a_name_counts_if_it_is_free(taught):
    for name in ("cup", "ID1", "ID7", "ID07", "ID0", "IDx", "ID1000"):
        taught.memory.examples.learn(name, bytes(LENGTH))  # before it was a HuskyLens
    taught.ids.look()
    found = taught.numbers()
    assert (found["ID1"], found["ID7"]) == (1, 7)
    assert sorted(found.values()) == [1, 2, 3, 4, 5, 6, 7]


def test_full_flash_costs_no_answer(taught):
    taught.files.capacity = 0
    taught.memory.examples.learn("a", bytes(LENGTH))
    taught.ids.look()
    assert taught.numbers() == {"a": 1}


names = st.sampled_from(["a", "b", "c", "ID1", "ID2", "ID9"])
steps = st.tuples(st.sampled_from(["learn", "forget", "rename", "undo", "reset", "restart"]), names, names)


@given(st.lists(steps, max_size=25))
def test_ids_are_different_and_stay(lived):
    taught, before = Taught(), {}
    for what, name, new in lived:
        if what == "learn":
            taught.teach(name)
        elif what == "restart":
            taught.restart()
        elif what == "undo" and taught.store.undoable() is None:
            continue
        elif what in ("undo", "reset"):
            taught.do(what)
        elif what == "forget":
            taught.do(FORGET, name)
        elif name in taught.memory.examples.labels and name != new:
            taught.do(RENAME, name, new)
        after = taught.numbers()
        assert len(set(after.values())) == len(after) and all(number > 0 for number in after.values())
        if what not in ("rename", "undo"):
            assert all(after[label] == before[label] for label in after if label in before)
        before = after
