"""/flash for the store: that of the virtual board, in memory, with a log of what was done to it, and with faults."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from types import TracebackType

from madeleine.sim.power import PowerCut as PowerCut
from madeleine.sim.storage import BLOCK_BYTES, EIO, ENOENT, File, Storage

EROFS = 30

Effect = tuple[str, str, bytes]  # ("create" | "write" | "remove", name, what was written)


class Flash(Storage):
    """As `files.Files` gives it to the app: flat, one file open at a time, modes rb, wb and ab.

    `effects` logs every change. `fuse` counts bytes written, files created and removed: at 0 the power is cut.
    """

    def __init__(self, files: dict[str, bytes] | None = None, capacity: int = 3 << 20) -> None:
        super().__init__(None, "spiffs")
        self.rules = replace(self.rules, open_files=1)  # beside the running boot.py
        self.files = {name: bytearray(data) for name, data in (files or {}).items()}
        self.capacity = capacity
        self.effects: list[Effect] = []
        self.boasts = False  # claims to have room whatever happens, as a file system may that others write to
        self.broken_closes = 0  # so many files more write everything, then report an error
        self.broken_remove = False
        self.broken_read = False
        self.broken_list = False
        self.lost: dict[str, range] = {}  # what the file system no longer finds of a file
        self.twice: dict[str, bytearray] = {}  # listed twice, after a cut: what the second file holds
        self.spoiler: Spoiler | None = None  # does more to the files when the power is cut
        self.worn = False  # stores a wrong bit in whatever is written
        self._written: str | None = None  # the file that is being written to
        self.feed: Callable[[], None] = lambda: None
        self.frozen = False

    def open(self, name: str, mode: str = "rb") -> File:
        if mode not in ("rb", "wb", "ab"):
            raise ValueError(mode)
        self._begin(mode != "rb")
        return super().open(name, mode)

    def _begin(self, writes: bool) -> None:
        self.feed()
        if writes and self.frozen:
            raise OSError(EROFS)

    def opened(self, name: str, mode: str) -> File:
        return FlashFile(self, name, mode)

    def remove(self, name: str) -> None:
        self._begin(True)
        if self.broken_remove:
            raise OSError(ENOENT)
        if self.twice.pop(name, None) is None:
            super().remove(name)

    def size(self, name: str) -> int:
        return len(self.files[name]) if name in self.files else -1

    def used(self) -> int:
        return sum(map(len, self.files.values()))

    def names(self) -> list[str]:
        if self.broken_list:
            raise OSError(EIO)
        return sorted([*self.listdir(), *self.twice], key=lambda name: name[::-1])  # in no useful order

    def free_bytes(self) -> int:
        free = 1 << 30 if self.boasts else self.capacity - self.used()
        return free // BLOCK_BYTES * BLOCK_BYTES

    def room_for(self, name: str, size: int) -> int:
        return min(size, max(0, self.capacity - self.used() + len(self.files[name])))

    def create(self, name: str) -> None:
        super().create(name)
        self.lost.pop(name, None)
        self.effects.append(("create", name, b""))

    def delete(self, name: str) -> None:
        removed = self.files[name]
        super().delete(name)
        self.lost.pop(name, None)
        if self.spoiler:
            self.spoiler.removed.append((name, removed))
        self.effects.append(("remove", name, b""))

    def put(self, name: str, start: int, data: bytes) -> None:
        if self.worn:
            data = data[:-1] + bytes([data[-1] ^ 1])
        self._written = name
        super().put(name, start, data)
        self._written = None
        self.effects.append(("write", name, data))

    def unplug(self) -> None:
        super().unplug()
        if self.spoiler:
            self.spoiler.spoil(self, self._written)
        self._written = None

    def restart(self, chance: random.Random) -> None:
        """The power is back. Of a file that is listed twice, either may be the one that opens."""
        self.power_on()
        for name in self.twice.keys() & self.files.keys():
            if chance.random() < 0.5:
                self.files[name], self.twice[name] = self.twice[name], self.files[name]


class Spoiler:
    """What a power cut does to one file, beside ending the write: nothing to another before a start has `mended` that.

    `kinds`: "torn", the last page of the file being written; "hurt", any page of another one; "flip", bits of another
    one; "ghost", a removed file is back; "twice", a file is listed twice.
    """

    def __init__(self, chance: random.Random, kinds: set[str], page_bytes: int) -> None:
        self.removed: deque[tuple[str, bytearray]] = deque(maxlen=12)
        self._chance = chance
        self._kinds = kinds
        self._page_bytes = page_bytes
        self._spoiled: bytearray | None = None

    def spoil(self, flash: Flash, written: str | None) -> None:
        """The power goes; `written`: the file that was being written to."""
        chance = self._chance
        if "ghost" in self._kinds and self.removed and chance.random() < 0.3:
            name, content = chance.choice(self.removed)
            flash.files.setdefault(name, bytearray(content))
        if "twice" in self._kinds and flash.files and chance.random() < 0.3:
            name = chance.choice([*flash.files])
            flash.twice[name] = bytearray(flash.files[name])
        others = [name for name in flash.files if name != written and flash.files[name]]
        ways = [(self._tear, written)] if "torn" in self._kinds and written and flash.files[written] else []
        ways += [(self._hurt, name) for name in others if "hurt" in self._kinds]
        ways += [(self._flip, name) for name in others if "flip" in self._kinds]
        if ways and chance.random() < 0.6:
            self._spoil_one(flash, *chance.choice(ways))

    def mended(self, flash: Flash) -> bool:
        """The store has started: is the spoiled file gone?"""
        gone = not any(content is self._spoiled for content in flash.files.values())
        self._spoiled = None
        return gone

    def rest(self, flash: Flash) -> None:
        """A bit flips in a file that nobody touches."""
        if flash.files:
            self._spoil_one(flash, self._flip, self._chance.choice([*flash.files]))

    def _spoil_one(self, flash: Flash, way: Callable[[Flash, str], None], name: str) -> None:
        if self._spoiled is None:
            self._spoiled = flash.files[name]
            way(flash, name)

    def _tear(self, flash: Flash, name: str) -> None:
        content = flash.files[name]
        start = (len(content) - 1) // self._page_bytes * self._page_bytes
        length = len(content) - start
        stale = [old[at : at + length] for _, old in self.removed for at in range(0, len(old), self._page_bytes)]
        pages = [self._chance.randbytes(length), b"\xff" * length, bytes(length), *stale]
        content[start:] = self._chance.choice(pages)
        if self._chance.random() < 0.3:
            content += self._chance.randbytes(self._chance.randrange(self._page_bytes))

    def _hurt(self, flash: Flash, name: str) -> None:
        chance, content = self._chance, flash.files[name]
        start = chance.randrange(0, len(content), self._page_bytes)
        page = slice(start, min(start + self._page_bytes, len(content)))
        what = chance.choice(["lost", "all lost", "rubbish", "shifted", "short", "empty", "gone"])
        if what in ("lost", "all lost"):
            flash.lost[name] = range(start, page.stop) if what == "lost" else range(len(content))
        elif what == "gone":
            del flash.files[name]
        else:
            parts = {"rubbish": chance.randbytes(page.stop - start), "shifted": b""}
            content[page if what in parts else slice(start if what == "short" else 0, None)] = parts.get(what, b"")

    def _flip(self, flash: Flash, name: str) -> None:
        content = flash.files[name]
        for _ in range(self._chance.choice([1, 1, 2, 5]) if content else 0):
            content[self._chance.randrange(len(content))] ^= 1 << self._chance.randrange(8)


class FlashFile(File):
    """An open file of a Flash."""

    def __init__(self, flash: Flash, name: str, mode: str) -> None:
        super().__init__(flash, name, mode)
        self._flash = flash

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        super().__exit__(kind, error, at)
        if self._writable and self._flash.broken_closes:
            self._flash.broken_closes -= 1
            raise OSError(EIO)

    def _rest(self, most: int | None = None) -> bytes:
        if self._flash.broken_read or (self._flash.lost and self._meets_lost(most)):
            raise OSError(EIO)
        return super()._rest(most)

    def _meets_lost(self, most: int | None) -> bool:
        lost = self._flash.lost.get(self._name, range(0))
        end = lost.stop if most is None else self._position + most
        return max(self._position, lost.start) < min(end, lost.stop)


def every(number: int, first: int = 0) -> Callable[[], bool]:
    """Wants one of so many states, from the first on: other firsts reach the others."""
    passed = count(-first)
    return lambda: next(passed) % number == 0


def cuts(
    before: dict[str, bytes], effects: list[Effect], wanted: Callable[[], bool] = lambda: True
) -> Iterator[tuple[int, bool, dict[str, bytes]]]:
    """Each wanted state in which a cut can leave the files: (effects done, is another one begun?, files)."""
    files = {name: bytes(data) for name, data in before.items()}
    if wanted():
        yield 0, False, files
    for done, (what, name, data) in enumerate(effects, 1):
        if what == "create":
            files = {**files, name: b""}
        elif what == "remove":
            files = {other: kept for other, kept in files.items() if other != name}
        else:
            for length in range(1, len(data)):
                if wanted():
                    yield done - 1, True, {**files, name: files[name] + data[:length]}
            files = {**files, name: files[name] + data}
        if wanted():
            yield done, False, files
