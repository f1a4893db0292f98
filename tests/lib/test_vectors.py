"""Memory for vectors: the part of the AI RAM that the network leaves alone, or the heap."""

import features
import pytest
import vectors
from engines import Plain
from examples import Examples, MemoryFull


@pytest.mark.parametrize("fit", [100, 250, 250 + vectors.SPARE])
def test_some_of_the_heap_is_kept_free(monkeypatch, fit):
    left = [fit]

    def scarce(length):
        if not left[0]:
            raise MemoryError
        left[0] -= 1
        return bytearray(length)

    monkeypatch.setattr(vectors, "bytearray", scarce, raising=False)
    rows = vectors.on_heap(250)
    monkeypatch.undo()
    examples = Examples(Plain(), rows)
    assert examples.capacity == fit - vectors.SPARE
    for _ in range(examples.capacity):
        examples.learn("x", bytes(features.LENGTH))
    with pytest.raises(MemoryFull, match=str(examples.capacity)):
        examples.learn("x", bytes(features.LENGTH))


def test_the_usual_capacity_is_what_the_design_promises():
    assert Examples(Plain(), vectors.on_heap()).capacity == 250


class AiRam:
    """The AI RAM, in which a network fills some pages with a byte."""

    def __init__(self, monkeypatch, used, value=0):
        self.memory = bytearray(vectors.AI_RAM_PAGES * vectors.PAGE_BYTES)
        self._used, self._value = used, value
        monkeypatch.setattr(vectors.uctypes, "bytearray_at", self._at)

    def _at(self, address, size):
        start = address - vectors.AI_RAM
        assert 0 <= start <= start + size <= len(self.memory)
        return memoryview(self.memory)[start : start + size]

    def run(self):
        for page in self._used:
            start = page * vectors.PAGE_BYTES
            self.memory[start : start + vectors.PAGE_BYTES] = bytes([self._value]) * vectors.PAGE_BYTES


PAGES = vectors.AI_RAM_PAGES
NEEDED = -(-vectors.PLACES * features.LENGTH // vectors.PAGE_BYTES)  # pages


@pytest.mark.parametrize("value", [0, 0x5A, 0xA5, 0xFF])
@pytest.mark.parametrize(
    "free",
    [range(PAGES), range(NEEDED), range(PAGES - NEEDED, PAGES), range(100, 100 + NEEDED), range(170, 340)],
)
def test_vectors_survive_runs_of_the_network(monkeypatch, free, value):
    ram = AiRam(monkeypatch, set(range(PAGES)) - set(free), value)
    rows = list(vectors.choose(ram.run)[0])
    for number, row in enumerate(rows):
        row[:] = bytes([number % 128]) * features.LENGTH
    ram.run()
    assert [bytes(row) for row in rows] == [bytes([number % 128]) * features.LENGTH for number in range(vectors.PLACES)]
    assert all(isinstance(row, memoryview) for row in rows)  # not on the heap


def test_the_longest_free_part_is_taken(monkeypatch):
    used = {0, 100, 101, 200, PAGES - 1}
    ram = AiRam(monkeypatch, used)
    rows = list(vectors.choose(ram.run)[0])
    rows[0][:] = b"\x7f" * features.LENGTH
    assert ram.memory.index(b"\x7f" * features.LENGTH) == 201 * vectors.PAGE_BYTES


@pytest.mark.parametrize("used", [range(PAGES), range(0, PAGES, NEEDED), range(NEEDED - 1, PAGES)])
def test_with_too_little_room_they_are_on_the_heap(monkeypatch, used):
    rows = list(vectors.choose(AiRam(monkeypatch, used).run)[0])
    assert len(rows) == vectors.PLACES and all(isinstance(row, bytearray) for row in rows)
