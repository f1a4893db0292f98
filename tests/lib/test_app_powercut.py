"""The whole app, cut at the operations of a change and started again: the old or the new, and it goes on.

Sets, lock and names; and the same with an empty battery, on which a start may write nothing.
"""

import gc
import random

import pytest

from tests.fakes.desk import CUP, PEN, Board, Desk
from tests.fakes.flash import Flash, cuts

WITHIN = 8  # cuts within writes, by chance; those between two operations are all made
EMPTY_MV = 3250
CODE = "4711"

# What is done before, and then cut.
CHANGES = {
    "rename": ([], {"do": "rename", "name": "赤いコップ", "to": "りんご"}),
    "rename into another": ([], {"do": "rename", "name": "赤いコップ", "to": "pen"}),
    "undo of a rename": ([{"do": "rename", "name": "pen", "to": "りんご"}], {"do": "undo"}),
    "a new set": ([], {"do": "set", "value": "台所"}),
    "back to a set": ([{"do": "set", "value": "台所"}, {"do": "learn", "name": "mug"}], {"do": "set", "value": "main"}),
    "out of an empty set": ([{"do": "set", "value": "台所"}], {"do": "set", "value": "main"}),
    "forget a set": (
        [{"do": "set", "value": "台所"}, {"do": "learn", "name": "mug"}],
        {"do": "forget", "name": "*set 台所"},
    ),
    "lock": ([], {"do": "lock", "value": CODE}),
    "unlock": ([{"do": "lock", "value": CODE}, {"do": "learn", "name": "visitor"}], {"do": "unlock", "value": CODE}),
}


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """A start collects, which takes the host a tenth of a second each time."""
    monkeypatch.setattr(gc, "collect", lambda: None)


def state(desk):
    """What counts after a start; what visitors of a locked camera taught is none of it."""
    status, count = desk.app.status, 2 if desk.app.visitors else None
    return status.set, sorted(status.sets), status.locked, desk.examples()[:count]


def copied(flash):
    return {name: bytes(data) for name, data in flash.files.items()}


def changed(monkeypatch, name):
    """Files before a change, its effects, and the states before and after."""
    desk = Desk(monkeypatch)
    for label, view in (("赤いコップ", CUP), ("pen", PEN)):
        desk.board.view = view
        desk.say(do="learn", name=label)
    first, last = CHANGES[name]
    for request in first:
        desk.say(**request)
    before, files = state(desk), copied(desk.flash)
    desk.flash.effects.clear()
    told = desk.say(**last)
    assert not {"refused", "error"} & {entry["event"] for entry in told if isinstance(entry, dict)}, told
    return files, list(desk.flash.effects), (before, state(desk))


def started(monkeypatch, files, millivolts=3725):
    board = Board()
    board.millivolts = millivolts
    return Desk(monkeypatch, board, Flash(files))


def some_cuts(files, effects, seed):
    """What is left by each cut between two operations, and by some within one, in their order."""
    every = list(cuts(files, effects))
    within = [number for number, (_, begun, _) in enumerate(every) if begun]
    chosen = set(random.Random(seed).sample(within, min(WITHIN, len(within))))
    return [left for number, (_, begun, left) in enumerate(every) if not begun or number in chosen]


@pytest.mark.parametrize("name", CHANGES)
def test_a_cut_leaves_the_old_or_the_new(monkeypatch, name):
    files, effects, (before, after) = changed(monkeypatch, name)
    allowed = [before, after]
    if name == "out of an empty set":  # which goes in an operation of its own
        allowed.insert(1, (after[0], before[1], *after[2:]))
    found = []
    for left in some_cuts(files, effects, name):
        flat = started(monkeypatch, left, EMPTY_MV)
        assert flat.flash.effects == [] and copied(flat.flash) == left, "an empty battery: nothing is written"
        desk = started(monkeypatch, left)
        found.append(state(desk))
        assert state(flat) == found[-1]
    numbers = [allowed.index(one) for one in found]
    assert numbers == sorted(numbers) and numbers[0] == 0 and numbers[-1] == len(allowed) - 1
    desk.board.view = CUP
    desk.say(do="learn", name="new")
    assert desk.examples()[-1] == ("new", CUP)
