"""What becomes of a change in words and in a message, kind by kind."""

import change as changes
import pytest
import replies
from change import Change
from engines import Plain
from features import LENGTH
from memory import Memory
from vectors import on_heap

VECTOR = bytes(LENGTH)
LEARN, MARK, SETTING, FORGET = changes.LEARN, changes.MARK, changes.SETTING, changes.FORGET


@pytest.fixture
def memory():
    memory = Memory(Plain(), on_heap(16))
    for change in (Change(LEARN, "cup", VECTOR), Change(LEARN, "", VECTOR), Change(LEARN, "cup", VECTOR)):
        memory.apply(change)
    memory.apply(Change(SETTING, "limit2", "90"))
    for value in (-5, 100, -5):
        memory.apply(Change(MARK, value, VECTOR))
    return memory


@pytest.mark.parametrize(
    ("change", "result", "message", "words"),
    [
        (Change(LEARN, "cup"), None, ("learned", "name", "cup", "count", 2, "examples", 3), "learned cup (2)"),
        (Change(LEARN, ""), None, ("ignored", "count", 1, "examples", 3), "ignored from now on"),
        (Change(MARK, 100), None, ("anchor", "value", 100), "100 is set"),
        (Change(MARK, -5), None, ("anchor", "value", -5, "count", 2), "-5 is set (2)"),
        (Change(SETTING, "unit", "ml"), None, ("set", "name", "unit", "value", "ml"), "unit ml"),
        (Change(SETTING, "unit", "5"), None, ("set", "name", "unit", "value", "5"), "unit 5"),
        (Change(SETTING, "gauge", ""), None, ("set", "name", "gauge", "value", ""), "gauge none"),
        (Change(SETTING, "limit2", "90"), None, ("set", "name", "limit", "value", 90), "limit 90"),
        (Change(SETTING, "sound", "off"), None, ("set", "name", "sound", "value", "off"), "sound off"),
        (Change(FORGET, "pen"), 4, ("forgot", "name", "pen", "count", 4, "examples", 3), "forgot pen"),
        (Change(FORGET, ""), 2, ("forgot", "name", "", "count", 2, "examples", 3), "forgot ignored views"),
        (
            Change(changes.RENAME, "pan", "cup"),
            2,
            ("renamed", "name", "pan", "to", "cup", "count", 2, "examples", 3),
            "pan is cup now",
        ),
        (Change(changes.FORGET_GAUGE), None, ("forgot", "what", "gauge", "examples", 3), "forgot the gauge"),
        (Change(changes.RESET), None, ("reset",), "all forgotten"),
        (Change(changes.BEGIN), None, ("begun",), ""),
        (Change(changes.COMMIT, "0"), None, ("committed", "examples", 3), "3 examples came"),
        (Change(changes.DROP), None, ("dropped",), ""),
        (Change(LEARN, "cup", VECTOR, draft=True), None, ("drafted",), ""),
    ],
)
def test_of(memory, change, result, message, words):
    reply = replies.of(change, result, memory)
    assert (reply.message, reply.words) == (message, words)


@pytest.mark.parametrize(
    ("back", "fields", "words"),
    [
        (Change(LEARN, "pen"), ("name", "pen"), "undone: pen"),
        (Change(LEARN, ""), ("name", ""), "undone: ignored view"),
        (Change(FORGET, "cup"), ("name", "cup", "count", 2), "back: cup"),
        (Change(changes.RENAME, "cup"), ("name", "cup", "count", 2), "back: cup"),
        (Change(FORGET, ""), ("name", "", "count", 1), "back: ignored views"),
        (Change(SETTING, "limit2"), ("name", "limit", "value", 90), "back: limit 90"),
        (Change(MARK, 0), ("value", 0), "undone: set 0"),
        (Change(SETTING, "unit"), ("name", "unit", "value", ""), "back: unit none"),
        (Change(changes.FORGET_GAUGE), (), "back: the gauge"),
    ],
)
def test_an_undo_says_what_it_took_back(memory, back, fields, words):
    reply = replies.of(Change(changes.UNDO), back, memory)
    assert reply.message == ("undone", "what", back.what, *fields, "examples", 3)
    assert reply.words == words
