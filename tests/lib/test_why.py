"""why.py: how often it looks for the heat, and that nothing is looked at while nobody asks."""

import settings
from engines import Plain
from heat import Sums
from memory import Memory
from search import Match
from why import Why

FRAMES = 12


class Session:
    """As much of one as it uses."""

    def __init__(self):
        self.memory, self.watch, self.said = Memory(Plain(), ()), None, []
        self.answer, self.match = self, Match()
        self.name = "cup"

    def send(self, message, id=None):
        self.said.append(message)


class Where:
    """Counts the looks."""

    heat, every = None, Sums.every

    def __init__(self):
        self.looks = 0

    def possible(self):
        return True

    def find(self, name, match):
        self.looks += 1
        return self.looks

    def find_odd(self, query, index):
        return self.find(None, None)

    def rest(self):
        raise AssertionError("it is wanted")


class Inspection:
    """Of one odd part after another."""

    def outdated(self, examples):
        return False

    def frame(self, session, match):
        return True


def asked():
    found = Why(Session())
    found.where = Where()
    return found


def test_nothing_is_looked_at_while_nobody_asks():
    found = asked()
    for _ in range(FRAMES):
        found.frame(Match())
    assert found.where.looks == 0 and found.heat is None
    assert found._session.memory.settings.value(settings.WHERE) == settings.OFF


def test_a_look_is_shown_for_some_frames():
    found, shown = asked(), []
    found.show(True)
    for _ in range(FRAMES):
        found.frame(Match())
        shown.append(found.heat)
    assert shown == [1] * Sums.every + [2] * Sums.every + [3] * Sums.every
    found.show(False)
    found.frame(Match())
    assert found.heat is None


def test_an_odd_part_too():
    found = asked()
    found.inspection = Inspection()
    for _ in range(FRAMES):
        found.frame(Match())
    assert found.where.looks == FRAMES // Sums.every
