"""A life of a store, written down: what was acknowledged when, and what the flash went through."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from change import FORGET, FORGET_GAUGE, LEARN, MARK, RENAME, RESET, SETTING, UNDO, Change
from examples import MemoryFull
from store import Store, StoreError

from tests.fakes.flash import Effect, Flash

MODEL = b"model-01"
LABELS = ["", "cup", "key", "りんご"]
HISTORY = 32  # changes beside the examples that an undo takes back
State = tuple[object, ...]


class PlainMemory:
    """What a store loads into, as lists: the definition of the right answer."""

    def __init__(self, capacity: int = 1000) -> None:
        self.capacity = capacity
        self.clear()

    def clear(self) -> None:
        self.examples: list[tuple[str, bytes]] = []
        self.marks: list[tuple[int, bytes]] = []
        self.settings: dict[str, str] = {}

    def apply(self, change: Change) -> None:
        what, key = change.what, change.key
        if what == LEARN:
            if len(self.examples) == self.capacity:
                raise MemoryFull
            self.examples.append((key, bytes(change.value)))
        elif what == UNDO:
            del self.examples[-1:]
        elif what == FORGET:
            self.examples = [example for example in self.examples if example[0] != key]
        elif what == RENAME:
            self.examples = [(change.value if label == key else label, vector) for label, vector in self.examples]
        elif what == MARK:
            self.marks.append((key, bytes(change.value)))
        elif what == FORGET_GAUGE:
            self.marks = []
        elif what == SETTING:
            self.settings[key] = change.value
        else:
            assert what == RESET
            self.examples, self.marks = [], []

    def changes(self) -> Iterator[Change]:
        for name, text in self.settings.items():
            yield Change(SETTING, name, text)
        for value, vector in self._sorted_marks():
            yield Change(MARK, value, memoryview(vector))
        for label, vector in self.examples:
            yield Change(LEARN, label, memoryview(vector))

    def state(self) -> State:
        return tuple(self.examples), tuple(self._sorted_marks()), tuple(sorted(self.settings.items()))

    def _sorted_marks(self) -> list[tuple[int, bytes]]:
        return sorted(self.marks, key=lambda mark: mark[0])


class Past:
    """What an undo has to bring back, from memories kept whole: a second opinion on the store's history.

    It begins anew with each start and each new generation; then an undo takes the newest example.
    """

    def __init__(self) -> None:
        self._steps: list[tuple[str, PlainMemory]] = []  # what was done, and the memory before it

    def after(self, memory: PlainMemory, change: Change) -> PlainMemory:
        """The memory as a change has to leave it."""
        if change.what == UNDO and self._steps:
            return copied(self._steps[-1][1])
        after = copied(memory)
        after.apply(change)
        return after

    def add(self, before: PlainMemory, change: Change) -> None:
        """A change was made."""
        if change.what == UNDO:
            del self._steps[-1:]
        elif change.what == RESET:
            del self._steps[:]
        else:
            self._steps.append((change.what, copied(before)))
            others = [number for number, (what, _) in enumerate(self._steps) if what != LEARN]
            if len(others) > HISTORY:
                del self._steps[: others[0] + 1]

    def undoable(self, memory: PlainMemory) -> str | None:
        return self._steps[-1][0] if self._steps else LEARN if memory.examples else None


def copied(memory: PlainMemory) -> PlainMemory:
    copy = PlainMemory(memory.capacity)
    copy.examples, copy.marks, copy.settings = list(memory.examples), list(memory.marks), dict(memory.settings)
    return copy


def boot(flash: Flash, vector_bytes: int, capacity: int = 1000) -> tuple[Store, PlainMemory, list[str]]:
    """The board after power-on."""
    memory = PlainMemory(capacity)
    store = Store(flash, MODEL, vector_bytes)
    return store, memory, store.load(memory)


def step(store: Store, memory: PlainMemory, what: str, key: Any = None, value: Any = None) -> Change | None:
    """One change the way the app makes it: flash first, memory second; what the store returned."""
    change = Change(what, key, value)
    undone = store.apply(change)
    if undone is None or undone.what == LEARN:
        memory.apply(change)
    else:
        memory.clear()
        store.replay(memory)
    return undone


@dataclass
class History:
    """What was acknowledged (the state of memory) by the time so many effects were done."""

    effects: list[Effect] = field(default_factory=list)
    acknowledged: list[tuple[int, State]] = field(default_factory=list)

    def allowed(self, done: int, begun: bool) -> list[State]:
        """The states a cut may leave: what was acknowledged, and what was in flight."""
        last = max(i for i, (count, _) in enumerate(self.acknowledged) if count <= done)
        in_flight = begun or done > self.acknowledged[last][0]
        return [state for _, state in self.acknowledged[last : last + 1 + in_flight]]


def live(seed: int, steps: int, vector_bytes: int) -> History:
    """A random life: every kind of change, compactions, restarts, and a flash that is full for a while."""
    chance = random.Random(seed)
    flash = Flash()
    store, memory, _ = boot(flash, vector_bytes)
    past = Past()
    history = History(flash.effects, [(0, memory.state())])
    words = ["learn"] * 10 + ["undo"] * 4 + ["setting"] * 2
    words += ["forget", "anchor", "forget gauge", "compact", "boot", "reset", "full", "rename"]
    torn = False  # a full flash leaves half a record until the next change
    for _ in range(steps):
        word = chance.choice(words)
        if word == "boot":
            store, again, reports = boot(flash, vector_bytes)
            assert again.state() == memory.state()
            assert len(reports) <= torn
            memory = again
        elif word == "compact":
            store.compact(memory)
        elif word == "full":
            _try_on_full_flash(flash, store, memory, chance.randrange(vector_bytes), chance.randbytes(vector_bytes))
        else:
            change = any_change(word, chance, vector_bytes)
            expected, before = past.after(memory, change).state(), copied(memory)
            step(store, memory, change.what, change.key, change.value)
            assert memory.state() == expected
            past.add(before, change)
        if word in ("boot", "compact", "full"):
            past = Past()
        torn = word == "full"
        history.acknowledged.append((len(flash.effects), memory.state()))
    return history


def any_change(what: str, chance: random.Random, vector_bytes: int) -> Change:
    """A change of this kind."""
    key, value = {
        "learn": (chance.choice(LABELS), chance.randbytes(vector_bytes)),
        "forget": (chance.choice(LABELS), None),
        "rename": (chance.choice(LABELS), chance.choice([*LABELS, "another"])),
        "anchor": (chance.choice([0, 100, 50, -7]), chance.randbytes(vector_bytes)),
        "setting": (chance.choice(["limit", "sound"]), str(chance.randrange(300))),
    }.get(what, (None, None))
    return Change(what, key, value)


def _try_on_full_flash(flash: Flash, store: Store, memory: PlainMemory, room: int, vector: bytes) -> None:
    """Another program fills the flash up to `room` bytes; the learn is refused; then there is room again."""
    capacity, flash.capacity, flash.boasts = flash.capacity, flash.used() + room, True
    try:
        step(store, memory, "learn", "never", vector)
    except StoreError as error:
        assert error.code == "full"
    else:
        raise AssertionError("a learn succeeded on a full flash")
    finally:
        flash.capacity, flash.boasts = capacity, False
