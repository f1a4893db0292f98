"""The cable is pulled at every written byte of a long life, and again while the store recovers from that."""

from __future__ import annotations

import random
from functools import cache

import pytest

from tests.fakes.flash import Flash, cuts
from tests.lib.powercut import History, boot, live, step

PAGE_BYTES = 4096
SEAL = b"\xa7E\x04\0"  # how it begins


def _recover(files: dict[str, bytes], vector_bytes: int, share: float, chance: random.Random) -> tuple[object, int]:
    """Boot, cut that boot at a share of its bytes (all of them for 1), boot again: always the same answer."""
    flash = Flash(files)
    _, memory, _ = boot(flash, vector_bytes)
    state = memory.state()
    count = 0
    if flash.effects:
        for _, _, interrupted in cuts(files, flash.effects, lambda: chance.random() < share):
            count += 1
            assert boot(Flash(interrupted), vector_bytes)[1].state() == state
    return state, count


def _goes_on(files: dict[str, bytes], vector_bytes: int) -> None:
    """After the cut the board can learn, and keeps what it learns."""
    flash = Flash(files)
    store, memory, _ = boot(flash, vector_bytes)
    step(store, memory, "learn", "new", bytes(vector_bytes))
    step(store, memory, "learn", "newer", bytes(vector_bytes))
    step(store, memory, "undo")
    _, again, reports = boot(flash, vector_bytes)
    assert (again.state(), reports) == (memory.state(), [])


def _cut_everywhere(history: History, vector_bytes: int, first: float, second: float, seed: int) -> tuple[int, int]:
    chance = random.Random(seed)
    count = again = 0
    for done, begun, files in cuts({}, history.effects, lambda: chance.random() < first):
        count += 1
        state, recoveries = _recover(files, vector_bytes, second, chance)
        assert state in history.allowed(done, begun), f"cut after {done} effects"
        again += recoveries
        if count % 97 == 0:
            _goes_on(files, vector_bytes)
    return count, again


@pytest.mark.parametrize(
    ("seed", "steps", "vector_bytes", "first", "second", "at_least"),
    [
        (1, 40, 8, 1, 0.01, (2_700, 5_600)),  # every byte, a hundredth of the bytes of each recovery
        (2, 160, 8, 0.3, 0.001, (3_300, 500)),  # a longer life
        (3, 120, 768, 0.005, 0.0005, (600, 1_600)),  # the real length
    ],
)
def test_nothing_acknowledged_is_lost(seed, steps, vector_bytes, first, second, at_least, record_property):
    """README.md and docs/how/store.md name the sums of `at_least`: 6,700 and 7,900."""
    history = live(seed, steps, vector_bytes)
    count, again = _cut_everywhere(history, vector_bytes, first, second, seed)
    assert (count >= at_least[0], again >= at_least[1]) == (True, True)
    text = f"{count} power cuts and {again} more during recovery, {vector_bytes} bytes a vector: nothing lost"
    record_property("summary", text)  # conftest.py prints it, also when the tests run in several processes
    print(text)


def test_every_byte_of_a_recovery():
    """A torn record, or a damaged seal, among records of many kinds: the recovery is cut at each of its bytes.

    Torn after its first byte, in its body, in its checksum.
    """
    flash = Flash()
    store, memory, _ = boot(flash, 8)
    for i in range(12):
        step(store, memory, "learn", f"class {i % 3}", bytes([i] * 8))
    step(store, memory, "anchor", 100, bytes(8))
    step(store, memory, "setting", "limit", "150")
    step(store, memory, "undo")
    store.compact(memory)
    step(store, memory, "undo")
    name, data = min(flash.files.items())
    seal = data.index(SEAL)
    damaged = [data + data[:torn] for torn in (1, 9, 20)] + [data[:seal] + b"x" + data[seal + 1 :]]
    for data in damaged:
        state, count = _recover({name: bytes(data)}, 8, 1, random.Random(0))
        assert (state, count > 300) == (memory.state(), True)


LIFE = cache(live)  # the same for each damage


@pytest.mark.parametrize("damage", ["page lost", "page of rubbish", "empty", "missing"])
def test_a_cut_that_takes_a_page_with_it(damage):
    """SPIFFS promises less than a prefix: a file may lose any page, or everything. The other copy is there."""
    history = LIFE(4, 100, 768)
    chance = random.Random(4)
    for done, begun, files in cuts({}, history.effects, lambda: chance.random() < 0.004):
        if not files:
            continue
        name = chance.choice(sorted(files))
        whole = files[name]
        damaged = {other: data for other, data in files.items() if other != name}
        if damage != "missing":
            page = chance.randrange(len(whole) // PAGE_BYTES + 1) * PAGE_BYTES
            rubbish = {"page lost": bytes(PAGE_BYTES), "page of rubbish": chance.randbytes(PAGE_BYTES), "empty": b""}
            rest = whole[page + PAGE_BYTES :] if damage != "empty" else b""
            damaged[name] = (whole[:page] if damage != "empty" else b"") + rubbish[damage] + rest
        _, memory, _ = boot(Flash(damaged), 768)
        assert memory.state() in history.allowed(done, begun)
