"""A store with vectors of 8 bytes on a flash in memory, for tests: taught, loaded, refused."""

from __future__ import annotations

import pytest
from store import Store, StoreError

from tests.fakes.flash import Flash
from tests.lib.powercut import PlainMemory, boot, step

VECTOR_BYTES = 8


def vector(number: int) -> bytes:
    return bytes([number] * VECTOR_BYTES)


def taught(*labels: str) -> tuple[Flash, Store, PlainMemory]:
    """A store that has learned these labels, the first with vector 0."""
    flash = Flash()
    store, memory, reports = boot(flash, VECTOR_BYTES)
    assert reports == []
    for number, label in enumerate(labels):
        step(store, memory, "learn", label, vector(number))
    return flash, store, memory


def loaded(flash: Flash, capacity: int = 1000) -> tuple[PlainMemory, list[str]]:
    _, memory, reports = boot(flash, VECTOR_BYTES, capacity)
    return memory, reports


def refused(code: str, change, *arguments) -> None:
    with pytest.raises(StoreError) as caught:
        change(*arguments)
    assert caught.value.code == code
    assert caught.value.text and "\n" not in caught.value.text
