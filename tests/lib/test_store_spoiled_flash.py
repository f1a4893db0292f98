"""Random lives on flash that spoils one file at a time, whenever the power goes, recovery included: nothing is lost."""

from __future__ import annotations

import copy
import random

import pytest
from change import LEARN, Change, checksum
from store import StoreError

from tests.fakes.flash import Flash, PowerCut, Spoiler
from tests.lib.powercut import Past, PlainMemory, State, any_change, boot, copied, step

WORDS = ["learn"] * 10 + ["undo"] * 5 + ["setting", "forget", "rename"] * 2
WORDS += ["anchor", "forget gauge", "compact", "boot", "reset", "draft", "rest"]
KINDS = {
    "plain": set(),
    "torn": {"torn"},
    "hurt": {"hurt"},
    "flip": {"flip"},
    "rest": {"rest"},
    "ghost": {"ghost"},
    "twice": {"twice"},
    "all": {"torn", "hurt", "flip", "rest", "twice"},
    "hurt, ghost": {"hurt", "ghost"},
}
LIVES = 60
ALL = 1000  # examples: more than there ever are


class Life:
    """A camera in the hands of somebody with a nervous cable; `known` is what was acknowledged."""

    def __init__(self, seed: int, kinds: set[str], capacities: list[int]) -> None:
        self.chance = random.Random(seed)
        self.vector_bytes = self.chance.choice([8, 8, 24, 768])
        self.capacities = capacities
        self.flash = Flash()
        page_bytes = 4096 if self.vector_bytes == 768 else self.chance.choice([64, 256])
        self.spoiler = self.flash.spoiler = Spoiler(self.chance, kinds, page_bytes)
        self.kinds = kinds
        self.known = PlainMemory(ALL)
        self.cuts = 0
        self._boot()

    def live(self, steps: int) -> None:
        for _ in range(steps):
            if self.chance.random() < 0.25:
                self.flash.fuse = self.chance.choice([self.chance.randrange(limit) for limit in (60, 300, 3000)])
            self._try(self.chance.choice(WORDS))
        self.flash.restart(self.chance)
        assert self._on_flash() == self.known.state()

    def _try(self, word: str) -> None:
        """One step of life, perhaps with a cut in it."""
        self.expected = self.known
        try:
            self._do(word)
            self.known = self.expected
            self.flash.fuse = None
        except StoreError as error:
            assert error.code == "overflow" and self.capacity < ALL
            self.flash.fuse = None
        except PowerCut:
            self._recover([self.known.state(), self.expected.state()])

    def _do(self, word: str) -> None:
        if word == "boot":
            self._boot()
        elif word == "compact":
            self.store.compact(self.memory)
            self.past = Past()
        elif word == "draft":
            self._draft()
        elif word == "rest":
            if "rest" in self.kinds:
                self.spoiler.rest(self.flash)
                self._boot()
        else:
            self._change(any_change(word, self.chance, self.vector_bytes))

    def _change(self, change: Change) -> None:
        if change.what == LEARN and len(self.memory.examples) == self.capacity:
            return
        before, expected = copied(self.known), self.past.after(self.known, change)
        self.expected = expected
        step(self.store, self.memory, change.what, change.key, change.value)
        if self.capacity == ALL:
            assert self.memory.state() == expected.state()
        self.past.add(before, change)

    def _draft(self) -> None:
        """A host replaces everything, or begins to."""
        names = self.chance.choices(["setting", "anchor", "learn", "learn"], k=self.chance.randrange(8))
        changes = [any_change(name, self.chance, self.vector_bytes) for name in names]
        fresh, crc = PlainMemory(ALL), 0
        self.store.apply(Change("begin"))
        for change in changes:
            crc = checksum(change, crc)
            fresh.apply(change)
            self.store.apply(Change(change.what, change.key, change.value, draft=True))
        if self.chance.random() < 0.2:
            self.store.apply(Change("drop"))
            return
        self.expected = fresh
        self.store.apply(Change("commit", f"{crc:08x}"))
        self.known = fresh
        self._boot()

    def _boot(self) -> None:
        """The power is on, and memory has room for so many examples."""
        self.capacity = self.chance.choice(self.capacities)
        self.store, self.memory, self.reports = boot(self.flash, self.vector_bytes, self.capacity)
        mended = self.spoiler.mended(self.flash)
        assert mended or self.capacity < ALL or not any(self._on_flash())
        self.past = Past()

    def _recover(self, allowed: list[State]) -> None:
        """Start after a cut, with up to four more cuts while the store recovers."""
        self.cuts += 1
        for _ in range(4):
            self.flash.restart(self.chance)
            if self.chance.random() < 0.5:
                self.flash.fuse = self.chance.choice([self.chance.randrange(limit) for limit in (3, 60, 3000)])
            try:
                self._boot()
                break
            except PowerCut:
                self.cuts += 1
        else:
            self.flash.restart(self.chance)
            self._boot()
        self.flash.fuse = None
        state = self._on_flash()
        assert state in allowed, (self.reports, self.cuts)
        examples, marks, settings = state
        self.known = PlainMemory(ALL)
        self.known.examples, self.known.marks, self.known.settings = list(examples), list(marks), dict(settings)
        self.flash.restart(self.chance)
        self._boot()
        assert self._on_flash() == state

    def _on_flash(self) -> State:
        """What a camera with memory for everything would find."""
        flash = Flash(self.flash.files)
        flash.lost, flash.twice = dict(self.flash.lost), copy.deepcopy(self.flash.twice)
        return boot(flash, self.vector_bytes, ALL)[1].state()


@pytest.mark.parametrize("capacities", [[ALL], [2, 5, ALL]], ids=["all fits", "overflow"])
@pytest.mark.parametrize("kinds", KINDS.values(), ids=KINDS)
def test_nothing_acknowledged_is_lost(kinds, capacities):
    cuts = 0
    for seed in range(LIVES):
        life = Life(seed, kinds, capacities)
        life.live(30)
        cuts += life.cuts
    assert cuts > LIVES
