"""Which rule names, and what becomes of `fit` when it is wanted, ready, too small or not wanted any more."""

import sys

import pytest
import rule
from engines import Plain
from examples import Examples
from features import LENGTH
from heat import CELLS, strongest
from means import mean_of
from rule import BUSY, FULL, READY, Rule
from search import Match, Search
from vectors import on_heap
from where import Where

from tests.lib.test_engines import face_compare
from tests.lib.test_fit import ADDRESS, ROOM_BYTES, Memory, Things, Ulab, room


@pytest.fixture(autouse=True)
def modules(monkeypatch):
    """The modules are loaded as the app loads them, beside an AI RAM."""
    for name in rule._MODULES:
        monkeypatch.setitem(sys.modules, name, None)
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "uctypes", Memory())


def fastest_rows():
    from rows import Ulab as Rows

    return Rows(Ulab, face_compare, 768)


class Camera:
    def __init__(self):
        engine = Plain()
        self.examples = Examples(engine, on_heap(30))
        self.rule = Rule(self.examples, Search(self.examples, engine), fastest_rows)
        self.rule.room = ADDRESS, ROOM_BYTES
        self.engine, self.match = engine, Match()

    def see(self, vector):
        """(name, distance)"""
        self.rule.find(self.engine.query(vector), self.match)
        return self.match.label, self.match.distance

    def settle(self):
        """Turns until fit is through; whether it has said that the examples are too many."""
        told = [self.rule.work()]
        while self.rule.state == BUSY:
            told.append(self.rule.work())
        return any(told)


def taught(camera, seed=0):
    """Examples of which the nearest is not the one that fits best; a view for which that is so."""
    things = Things(seed, kinds=3)
    for number in range(9):
        camera.examples.learn("abc"[number % 3], things.vector(number % 3))
    camera.rule.use("fit")
    camera.settle()
    for _ in range(500):
        view = things.mixed(0, 1)
        camera.rule.use("nearest")
        nearest = camera.see(view)
        camera.rule.use("fit")
        camera.settle()
        if camera.see(view)[0] != nearest[0]:
            return view, nearest
    raise AssertionError("the rules never differ")


def test_fit_names_and_the_nearest_of_that_name_is_how_far_it_is():
    camera = Camera()
    view, nearest = taught(camera)
    name, distance = camera.see(view)
    assert camera.rule.state == READY
    assert name != nearest[0] and distance > nearest[1]
    own = Examples(camera.engine, on_heap(9))
    for label, vector in camera.examples.items():
        if label == name:
            own.learn(label, vector)
    Search(own, camera.engine).nearest(camera.engine.query(view), camera.match)
    assert distance == camera.match.distance


def test_the_heat_is_that_of_the_name_that_fit_gives():
    """Its example is the nearest of that name, not the nearest of all."""
    camera = Camera()
    view, nearest = taught(camera)
    name, _ = camera.see(view)
    aimed, where = [], Where(camera.examples)
    where.start("unknown", memoryview(bytes(LENGTH * CELLS)), False, lambda: Aims(aimed))
    assert where.find(name, camera.match) is not None
    example = camera.match.index
    assert camera.examples.label_of[example] == name != nearest[0]
    mean = mean_of("unknown", camera.examples, name)
    assert aimed == [strongest(camera.examples.vectors[example], camera.examples.norms[example], mean)]


class Aims:
    """Keeps what it is aimed at."""

    every = 1

    def __init__(self, aimed):
        self.aim, self.of = aimed.append, lambda last_map: [0] * CELLS


def test_the_nearest_names_until_fit_is_ready():
    camera = Camera()
    view, nearest = taught(camera)
    camera.examples.learn("d", Things(99).vector())
    assert camera.see(view) == nearest
    assert not camera.rule.work() and camera.rule.state == BUSY and camera.see(view) == nearest
    assert not camera.settle()
    assert camera.rule.state == READY and camera.see(view)[0] != nearest[0]


def test_a_black_view_and_no_examples():
    camera = Camera()
    camera.rule.use("fit")
    camera.settle()
    assert camera.see(bytes(768))[0] is None
    taught(camera)
    assert camera.see(bytes(768))[0] == "a"


def test_too_many_are_told_once():
    camera = Camera()
    camera.rule.room = ADDRESS, room(9, 3)
    view, nearest = taught(camera)
    camera.examples.learn("a", Things(99).vector())
    assert camera.settle() and camera.rule.state == FULL
    assert not camera.rule.work() and camera.see(view) == nearest
    camera.examples.undo()
    assert not camera.settle() and camera.rule.state == READY


def test_without_the_heap_for_it(monkeypatch):
    camera = Camera()

    def none_left():
        raise MemoryError

    monkeypatch.setattr(camera.rule, "_rows", none_left)
    camera.rule.use("fit")
    assert camera.rule.state == BUSY and camera.rule.work() and camera.rule.state == FULL and not camera.rule.work()
    camera.rule.use("nearest")
    assert camera.rule.state == "" and not camera.rule.work()


@pytest.mark.parametrize("name", rule._MODULES[:2])
def test_what_is_not_wanted_leaves_the_heap(name):
    camera = Camera()
    assert name not in sys.modules
    camera.rule.use("fit")
    assert name in sys.modules
    camera.rule.use("nearest")
    assert name not in sys.modules
