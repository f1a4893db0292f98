"""Memory for the vectors of examples and marks: in the KPU's own, where the network leaves room, or on the heap."""

import uctypes
from micropython import const

from examples import CAPACITY
from features import LENGTH
from gauge import PICTURES

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from collections.abc import Callable
    from typing import Any

PLACES = CAPACITY + PICTURES
AI_RAM = 0x40600000  # the KPU's 2 MB, past the CPU's cache (K210 datasheet, SRAM): a late write-back would meet a run
PAGE_BYTES = 2048  # in which it is looked through, 13,000 instructions each; the least heap may have no larger piece
AI_RAM_PAGES = 1024
SPARE = 48  # heap to leave free, in vectors
_PATTERN = bytes(range(256)) * (PAGE_BYTES // 256)  # no map looks like it; a map of a black picture has one value


def choose(run: 'Callable[[], object]') -> 'tuple[list[bytearray], tuple[int, int]]':
    """PLACES vectors in the free AI RAM, or on the heap when there is too little of it.

    And what is left of the AI RAM: an address, and bytes.

    run(): runs the network once, on a black picture. A network that fits leaves the middle of the AI RAM alone:
    nncase places its maps at the two ends in turn (Brownie's model leaves 720,896 bytes). To find the free part, fill
    the AI RAM with a pattern, run the network, and see what is still there. The CPU may use the AI RAM while the KPU
    is at rest and its clock is on (K210 datasheet, "AI SRAM"), that is, from the first run on and never during one.
    """
    for page in range(AI_RAM_PAGES):
        _page(page)[:] = _PATTERN
    run()
    start, pages = _longest_free()
    address, size_bytes = AI_RAM + start * PAGE_BYTES, pages * PAGE_BYTES
    if size_bytes < PLACES * LENGTH:
        return on_heap(), (address, size_bytes)
    return _views(address), (address + PLACES * LENGTH, size_bytes - PLACES * LENGTH)


def _views(address: int) -> 'list[bytearray]':
    """PLACES vectors in a row from an address on.

    One after the other in the heap, too: the call of a function for each, which takes a piece of the heap and gives it
    back, would leave 24 KB of it in pieces of 96 bytes.
    """
    views = [b''] * PLACES  # type: list[Any]
    for i in range(PLACES):
        views[i] = uctypes.bytearray_at(address + i * LENGTH, LENGTH)
    return views


def on_heap(count: int = PLACES) -> 'list[bytearray]':
    """Up to `count` vectors, fewer when the heap is smaller."""
    vectors = []
    try:
        for _ in range(count + SPARE):
            vectors.append(bytearray(LENGTH))
    except MemoryError:
        pass
    del vectors[-SPARE:]
    return vectors


def _page(number: int) -> bytearray:
    return uctypes.bytearray_at(AI_RAM + number * PAGE_BYTES, PAGE_BYTES)


def _longest_free() -> 'tuple[int, int]':
    """(first, count) of the most pages in a row that still hold the pattern."""
    start = longest = first = 0
    for page in range(AI_RAM_PAGES):
        if _page(page) != _PATTERN:
            first = page + 1
        elif page + 1 - first > longest:
            start, longest = first, page + 1 - first
    return start, longest
