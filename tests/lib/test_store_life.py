"""Any sequence of changes, restarts, cuts and full flash, against plain lists."""

from __future__ import annotations

from contextlib import suppress

import hypothesis.strategies as st
from change import Change
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from store import StoreError

from tests.fakes.flash import Flash, PowerCut
from tests.lib.powercut import Past, boot, copied, step

LABEL = st.sampled_from(["", "cup", "key", "りんご", "L" * 32])
VALUE = st.text(st.characters(codec="utf-8"), max_size=20)
VECTOR = st.binary(min_size=8, max_size=8)
CHANGE = st.one_of(
    st.tuples(st.just("learn"), LABEL, VECTOR),
    st.tuples(st.just("undo")),
    st.tuples(st.just("forget"), LABEL),
    st.tuples(st.just("rename"), LABEL, LABEL),
    st.tuples(st.just("anchor"), st.sampled_from([0, 100]), VECTOR),
    st.tuples(st.just("setting"), st.sampled_from(["limit", "link"]), VALUE),
    st.tuples(st.just("forget gauge")),
    st.tuples(st.just("reset")),
)


class Life(RuleBasedStateMachine):
    """The board in the hands of a user with a nervous cable."""

    def __init__(self) -> None:
        super().__init__()
        self.flash, self.past = Flash(), Past()
        self.store, self.memory, _ = boot(self.flash, 8)

    @rule(change=CHANGE)
    def change(self, change) -> None:
        before, expected = copied(self.memory), self.past.after(self.memory, Change(*change)).state()
        step(self.store, self.memory, *change)
        assert self.memory.state() == expected
        self.past.add(before, Change(*change))

    @rule()
    def compact(self) -> None:
        self.store.compact(self.memory)
        self.past = Past()

    @rule()
    def restart(self) -> None:
        self.store, again, _ = boot(self.flash, 8)
        assert again.state() == self.memory.state()
        self.memory, self.past = again, Past()

    @rule(change=CHANGE, fuse=st.integers(0, 200), second=st.integers(0, 200))
    def cut(self, change, fuse, second) -> None:
        """The cable is pulled during a change, and perhaps again during the next start."""
        expected = self.past.after(self.memory, Change(*change)).state()
        self.flash.fuse = fuse
        allowed = [self.memory.state()]
        try:
            step(self.store, self.memory, *change)
            allowed = []  # acknowledged
        except PowerCut:
            pass
        allowed.append(expected)
        self.flash.power_on()
        self.flash.fuse = second
        with suppress(PowerCut):
            boot(self.flash, 8)
        self.flash.power_on()
        self.store, self.memory, _ = boot(self.flash, 8)
        assert self.memory.state() in allowed
        self.past = Past()

    @rule(change=CHANGE, room=st.integers(0, 60))
    def full(self, change, room) -> None:
        """The flash is full for the time of one change."""
        capacity, self.flash.capacity, self.flash.boasts = self.flash.capacity, self.flash.used() + room, True
        before = copied(self.memory)
        try:
            step(self.store, self.memory, *change)
            self.past.add(before, Change(*change))
        except StoreError as error:
            assert error.code == "full"
            self.past = Past()
        self.flash.capacity, self.flash.boasts = capacity, False

    @invariant()
    def undo_is_of_the_last_change(self) -> None:
        undoable = self.store.undoable()
        assert (undoable and undoable.what) == self.past.undoable(self.memory)

    @invariant()
    def flash_holds_what_memory_holds(self) -> None:
        assert boot(Flash(self.flash.files), 8)[1].state() == self.memory.state()


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
