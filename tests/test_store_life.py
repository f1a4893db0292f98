"""Any sequence of changes, restarts, cuts and full flash, against plain lists."""

from __future__ import annotations

from contextlib import suppress

import hypothesis.strategies as st
from flashfs import Flash, PowerCut
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from powercut import PlainMemory, boot, step
from store import StoreError

LABEL = st.sampled_from(["", "cup", "key", "りんご", "L" * 32])
VALUE = st.text(st.characters(codec="utf-8"), max_size=20)
VECTOR = st.binary(min_size=8, max_size=8)
CHANGE = st.one_of(
    st.tuples(st.just("learn"), LABEL, VECTOR),
    st.tuples(st.just("undo")),
    st.tuples(st.just("forget"), LABEL),
    st.tuples(st.just("anchor"), st.sampled_from([0, 100]), VECTOR),
    st.tuples(st.just("setting"), st.sampled_from(["limit", "link"]), VALUE),
    st.tuples(st.just("reset")),
)


class Life(RuleBasedStateMachine):
    """The board in the hands of a user with a nervous cable."""

    def __init__(self) -> None:
        super().__init__()
        self.flash = Flash()
        self.store, self.memory, _ = boot(self.flash, 8)

    @rule(change=CHANGE)
    def change(self, change) -> None:
        step(self.store, self.memory, *change)

    @rule()
    def compact(self) -> None:
        self.store.compact(self.memory)

    @rule()
    def restart(self) -> None:
        self.store, again, _ = boot(self.flash, 8)
        assert again.state() == self.memory.state()
        self.memory = again

    @rule(change=CHANGE, fuse=st.integers(0, 200), second=st.integers(0, 200))
    def cut(self, change, fuse, second) -> None:
        """The cable is pulled during a change, and perhaps again during the next start."""
        expected = copied(self.memory)
        getattr(expected, change[0])(*change[1:])
        self.flash.fuse = fuse
        allowed = [self.memory.state()]
        try:
            step(self.store, self.memory, *change)
            allowed = []  # acknowledged
        except PowerCut:
            pass
        allowed.append(expected.state())
        self.flash.fuse = second
        with suppress(PowerCut):
            boot(self.flash, 8)
        self.flash.fuse = None
        self.store, self.memory, _ = boot(self.flash, 8)
        assert self.memory.state() in allowed

    @rule(change=CHANGE, room=st.integers(0, 60))
    def full(self, change, room) -> None:
        """The flash is full for the time of one change."""
        capacity, self.flash.capacity, self.flash.boasts = self.flash.capacity, self.flash.used() + room, True
        try:
            step(self.store, self.memory, *change)
        except StoreError as error:
            assert error.code == "full"
        self.flash.capacity, self.flash.boasts = capacity, False

    @invariant()
    def flash_holds_what_memory_holds(self) -> None:
        assert boot(Flash(self.flash.files), 8)[1].state() == self.memory.state()


def copied(memory: PlainMemory) -> PlainMemory:
    copy = PlainMemory()
    copy.examples, copy.anchors, copy.settings = list(memory.examples), dict(memory.anchors), dict(memory.settings)
    return copy


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
