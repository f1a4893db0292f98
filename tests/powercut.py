"""A life of a store, written down: what was acknowledged when, and what the flash went through."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from examples import MemoryFull
from flashfs import Effect, Flash
from store import Store, StoreError

MODEL = b"model-01"
LABELS = ["", "cup", "key", "りんご"]


class PlainMemory:
    """What a store loads into, as lists: the definition of the right answer."""

    def __init__(self, capacity: int = 1000) -> None:
        self.capacity = capacity
        self.examples: list[tuple[str, bytes]] = []
        self.anchors: dict[int, bytes] = {}
        self.settings: dict[str, str] = {}

    def learn(self, label: str, vector: bytes) -> None:
        if len(self.examples) == self.capacity:
            raise MemoryFull
        self.examples.append((label, bytes(vector)))

    def undo(self) -> None:
        del self.examples[-1:]

    def forget(self, label: str) -> None:
        self.examples = [example for example in self.examples if example[0] != label]

    def anchor(self, which: int, vector: bytes) -> None:
        self.anchors[which] = bytes(vector)

    def setting(self, name: str, value: str) -> None:
        self.settings[name] = value

    def reset(self) -> None:
        self.examples, self.anchors = [], {}

    def records(self) -> Iterator[tuple[str, object, object]]:
        for name, value in self.settings.items():
            yield "setting", name, value
        for which, vector in self.anchors.items():
            yield "anchor", which, memoryview(vector)
        for label, vector in self.examples:
            yield "learn", label, memoryview(vector)

    def state(self) -> tuple[object, ...]:
        return tuple(self.examples), tuple(sorted(self.anchors.items())), tuple(sorted(self.settings.items()))


def boot(flash: Flash, vector_bytes: int, capacity: int = 1000) -> tuple[Store, PlainMemory, list[str]]:
    """The board after power-on."""
    memory = PlainMemory(capacity)
    store = Store(flash, MODEL, vector_bytes)
    return store, memory, store.load(memory)


def step(store: Store, memory: PlainMemory, word: str, *arguments: object) -> None:
    """One change the way the app makes it: flash first, memory second."""
    getattr(store, word)(*arguments)
    getattr(memory, word)(*arguments)


@dataclass
class History:
    """What was acknowledged (the state of memory) by the time so many effects were done."""

    effects: list[Effect] = field(default_factory=list)
    acknowledged: list[tuple[int, tuple[object, ...]]] = field(default_factory=list)

    def allowed(self, done: int, begun: bool) -> list[tuple[object, ...]]:
        """The states a cut may leave: what was acknowledged, and what was in flight."""
        last = max(i for i, (count, _) in enumerate(self.acknowledged) if count <= done)
        in_flight = begun or done > self.acknowledged[last][0]
        return [state for _, state in self.acknowledged[last : last + 1 + in_flight]]


def live(seed: int, steps: int, vector_bytes: int) -> History:
    """A random life: every kind of change, compactions, restarts, and a flash that is full for a while."""
    chance = random.Random(seed)
    flash = Flash()
    store, memory, _ = boot(flash, vector_bytes)
    history = History(flash.effects, [(0, memory.state())])
    words = ["learn"] * 10 + ["undo", "setting"] * 2 + ["forget", "anchor", "compact", "boot", "reset", "full"]
    torn = False  # a full flash leaves half a record until the next change
    for _ in range(steps):
        word = chance.choice(words)
        vector = chance.randbytes(vector_bytes)
        if word == "boot":
            store, again, reports = boot(flash, vector_bytes)
            assert again.state() == memory.state()
            assert len(reports) <= torn
            memory = again
        elif word == "compact":
            store.compact(memory)
        elif word == "full":
            _try_on_full_flash(flash, store, memory, chance.randrange(vector_bytes), vector)
        else:
            arguments = {
                "learn": (chance.choice(LABELS), vector),
                "forget": (chance.choice(LABELS),),
                "anchor": (chance.choice([0, 100]), vector),
                "setting": (chance.choice(["limit", "sound"]), str(chance.randrange(300))),
            }.get(word, ())
            step(store, memory, word, *arguments)
        torn = word == "full"
        history.acknowledged.append((len(flash.effects), memory.state()))
    return history


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
