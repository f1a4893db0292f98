"""The board's /flash in memory, as strict as SPIFFS under MaixPy, with a log of all it was told and a fuse."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Iterator

BLOCK_BYTES = 131072

Effect = tuple[str, str, bytes]  # ("create" | "write" | "remove", name, what was written)


class PowerCut(Exception):
    """The cable was pulled."""


class Flash:
    """One open file, no append to a missing file, OSError(2) for any failure to open, OSError(28) after a short write.

    `effects` logs every change. `fuse` counts bytes written, files created and removed: at 0 the power is cut.
    """

    def __init__(self, files: dict[str, bytes] | None = None, capacity: int = 3 << 20) -> None:
        self.files = {name: bytearray(data) for name, data in (files or {}).items()}
        self.capacity = capacity
        self.effects: list[Effect] = []
        self.fuse: int | None = None
        self.boasts = False  # claims to have room whatever happens, as a file system may that others write to
        self.broken_close = False  # writes everything, then reports an error
        self.broken_remove = False
        self.broken_read = False
        self.broken_list = False
        self.lost: dict[str, range] = {}  # what the file system no longer finds of a file
        self.twice: dict[str, bytearray] = {}  # listed twice, after a cut: what the second file holds
        self.spoiler: Spoiler | None = None  # does more to the files when the power is cut
        self.worn = False  # stores a wrong bit in whatever is written
        self._busy = False

    def open(self, name: str, mode: str) -> File:
        if mode not in ("rb", "wb", "ab"):
            raise ValueError(mode)
        if self._busy or (mode != "wb" and name not in self.files) or len(name) > 100:
            raise OSError(2)
        if mode == "wb":
            self.change(("create", name, b""))
            self.lost.pop(name, None)
        self._busy = True
        return File(self, name, mode)

    def remove(self, name: str) -> None:
        if name not in self.files or self.broken_remove:
            raise OSError(2)
        if name in self.twice:
            del self.twice[name]
            return
        removed = self.files[name]
        self.change(("remove", name, b""))
        self.lost.pop(name, None)
        if self.spoiler:
            self.spoiler.removed.append((name, removed))

    def size(self, name: str) -> int:
        return len(self.files[name]) if name in self.files else -1

    def used(self) -> int:
        return sum(map(len, self.files.values()))

    def names(self) -> list[str]:
        if self.broken_list:
            raise OSError(5)
        return sorted([*self.files, *self.twice], key=lambda name: name[::-1])  # in no useful order

    def free_bytes(self) -> int:
        free = 1 << 30 if self.boasts else self.capacity - self.used()
        return free // BLOCK_BYTES * BLOCK_BYTES

    def change(self, effect: Effect) -> None:
        """Do one effect, or as much of it as the fuse allows."""
        what, name, data = effect
        cost = len(data) if what == "write" else 1
        if self.fuse is not None:
            if self.fuse < cost:
                if what == "write":
                    apply(self.files, (what, name, data[: self.fuse]))
                if self.spoiler:
                    self.spoiler.spoil(self, name if what == "write" else None)
                raise PowerCut
            self.fuse -= cost
        apply(self.files, effect)
        self.effects.append(effect)

    def close(self) -> None:
        self._busy = False

    def restart(self, chance: random.Random) -> None:
        """The power is back. Of a file that is listed twice, either may be the one that opens."""
        self._busy, self.fuse = False, None
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


class File:
    """An open file of a Flash."""

    def __init__(self, flash: Flash, name: str, mode: str) -> None:
        self._flash, self._name, self._writes = flash, name, mode != "rb"
        self._position = 0

    def __enter__(self) -> File:
        return self

    def __exit__(self, *_: object) -> None:
        self._flash.close()
        if self._writes and self._flash.broken_close:
            raise OSError(5)

    def write(self, data: bytes) -> int:
        assert self._writes
        data = bytes(data)
        if self._flash.worn:
            data = data[:-1] + bytes([data[-1] ^ 1])
        fits = data[: max(0, self._flash.capacity - self._flash.used())]
        self._flash.change(("write", self._name, fits))
        if fits != data:
            raise OSError(28)
        return len(data)

    def readinto(self, buffer: bytearray) -> int:
        assert not self._writes
        here = range(self._position, self._position + len(buffer))
        lost = self._flash.lost.get(self._name, range(0))
        if self._flash.broken_read or max(here.start, lost.start) < min(here.stop, lost.stop):
            raise OSError(5)
        data = self._flash.files[self._name][self._position : self._position + len(buffer)]
        buffer[: len(data)] = data
        self._position += len(data)
        return len(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        assert whence in (0, 2)
        self._position = offset + (len(self._flash.files[self._name]) if whence == 2 else 0)
        return self._position

    def flush(self) -> None:
        """MaixPy takes the number of bytes that SPIFFS reports here for an error."""
        raise OSError(5)


def apply(files: dict[str, bytearray], effect: Effect) -> None:
    """Do an effect to plain files."""
    what, name, data = effect
    if what == "create":
        files[name] = bytearray()
    elif what == "remove":
        del files[name]
    else:
        files[name] += data


def cuts(before: dict[str, bytes], effects: list[Effect]) -> Iterator[tuple[int, bool, dict[str, bytes]]]:
    """Each state in which a cut can leave the files: (effects done, is another one begun?, files)."""
    files = {name: bytes(data) for name, data in before.items()}
    yield 0, False, files
    for done, (what, name, data) in enumerate(effects, 1):
        if what == "create":
            files = {**files, name: b""}
        elif what == "remove":
            files = {other: kept for other, kept in files.items() if other != name}
        else:
            for length in range(1, len(data)):
                yield done - 1, True, {**files, name: files[name] + data[:length]}
            files = {**files, name: files[name] + data}
        yield done, False, files
