"""Sets of examples with vectors of 8 bytes on a flash in memory, for tests: what sets.py needs of an app."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import lock
import sets
from change import COPY, FORGET_SET, LEARN, LOCK, UNLOCK, USE, Change
from set_catalogue import Catalogue, prefix, start
from store import Store

from tests.fakes.flash import Flash
from tests.lib.powercut import MODEL, PlainMemory, State, step

VECTOR_BYTES = 8
Sets = tuple[str, dict[str, State], bool]


class Camera:
    """What is on flash, started."""

    def __init__(self, flash: Flash, vector_bytes: int = VECTOR_BYTES) -> None:
        self.flash, self.vector_bytes = flash, vector_bytes
        self.memory = PlainMemory()
        self.status = SimpleNamespace(set="main", sets=["main"], locked=False)
        self.visitors: Any = None
        self.vector = bytes(vector_bytes)
        self.notes: list[str] = []
        self.session = SimpleNamespace(now_ms=0, fail=lambda code, text: self.notes.append(text))
        app: Any = self
        self.notes += start(app, flash, Store(flash, MODEL, vector_bytes))  # type: ignore[arg-type]

    def open(self, store: Store) -> list[str]:
        self.store = store
        return store.load(self.memory)  # type: ignore[arg-type]

    def learn(self, label: str, number: int = 0) -> None:
        step(self.store, self.memory, LEARN, label, bytes([number] * self.vector_bytes))

    def use(self, name: str) -> None:
        self._change(Change(USE, name))

    def copy(self, name: str) -> None:
        self._change(Change(COPY, name))

    def lock(self, code: str) -> None:
        lock.apply(self, self.flash, Change(LOCK, code))  # type: ignore[arg-type]

    def unlock(self, code: str) -> None:
        lock.apply(self, self.flash, Change(UNLOCK, code))  # type: ignore[arg-type]

    def forget(self, name: str) -> None:
        self._change(Change(FORGET_SET, name))

    def _change(self, change: Change) -> None:
        app: Any = self
        sets.apply(app, self.flash, change)  # type: ignore[arg-type]

    def labels(self) -> list[str]:
        return [label for label, _ in self.memory.examples]

    def state(self) -> Sets:
        """The name of the active set, and what is in each on flash, without other sets that are empty; is it locked?"""
        catalogue = Catalogue(Flash({name: bytes(data) for name, data in self.flash.files.items()}))
        assert (catalogue.name(), catalogue.names()) == (self.status.set, self.status.sets)
        found = {}
        for name in catalogue.names():
            memory = PlainMemory()
            slot = catalogue.find(name)
            Store(self.flash, MODEL, self.vector_bytes, prefix=prefix(slot)).load(memory)  # type: ignore[arg-type]
            if memory.examples or name in ("main", self.status.set):
                found[name] = memory.state()
        assert found[self.status.set] == self.memory.state()
        assert self.status.locked == bool(self.visitors) == bool(catalogue.lock)
        return self.status.set, found, self.status.locked
