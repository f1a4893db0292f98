"""oddness.py: what is good, what is odd, and what is not known."""

import pytest
from distance import ONE
from engines import Plain
from examples import Examples
from features import LENGTH
from oddness import ODD, TOP, Inspection
from vectors import on_heap


def taught(*labels):
    """Examples of one direction each, a little apart."""
    examples = Examples(Plain(), on_heap(20))
    for number, label in enumerate(labels):
        examples.learn(label, bytes(60 if at == number else 50 for at in range(LENGTH)))
    return examples


class Session:
    """As much of one as an inspection uses."""

    def __init__(self):
        from memory import Memory

        self.memory, self.now_ms, self.grove, self.sound, self.said = Memory(Plain(), ()), 1000, [], None, []

    def send(self, message):
        self.said.append(message)


class Match:
    def __init__(self, label, distance):
        self.label, self.distance, self.query, self.index = label, distance, "query", 0


@pytest.mark.parametrize("labels", [(), ("cup", "cup"), ("cup", "cup", "cup", "pen"), ("", "", "")])
def test_one_class_is_needed(labels):
    with pytest.raises(ValueError, match="one class"):
        Inspection(taught(*labels))


def test_ignored_views_do_not_matter():
    assert Inspection(taught("cup", "cup", "cup", "")).oddness == 0


def test_oddness_grows_with_the_distance_and_ends():
    inspection, session = Inspection(taught("cup", "cup", "cup")), Session()
    found = []
    for distance in (0, ONE // 3000, ONE // 1000, ONE // 500, ONE):
        has_odd_part = inspection.frame(session, Match("cup", distance))
        found.append(inspection.oddness)
        assert has_odd_part == inspection.odd() == (inspection.oddness > ODD)
    assert found == sorted(found) and found[0] == 0 and found[-1] == TOP


def test_what_is_not_of_the_class_is_odd():
    inspection = Inspection(taught("cup", "cup", "cup", ""))
    assert not inspection.frame(Session(), Match("", 0)) and inspection.oddness == TOP


def test_it_is_said_when_it_changes_and_not_too_often():
    inspection, session = Inspection(taught("cup", "cup", "cup")), Session()
    inspection.frame(session, Match("cup", 0))
    inspection.frame(session, Match("cup", 0))
    inspection.frame(session, Match("cup", ONE))
    assert session.said == [("oddness", "value", 0, "odd", False)] and session.sound is None
    session.now_ms += 1000
    inspection.frame(session, Match("cup", ONE))
    assert session.said[1:] == [("oddness", "value", TOP, "odd", True)]
    assert session.grove == [b"=0\0", b"=100\0"] and session.sound == ("odd", "odd")


def test_outdated():
    examples = taught("cup", "cup", "cup")
    inspection = Inspection(examples)
    assert not inspection.outdated(examples)
    examples.undo()
    assert inspection.outdated(examples)
