"""The board's /flash in memory, as strict as SPIFFS under MaixPy, with a log of all it was told and a fuse."""

from __future__ import annotations

from collections.abc import Iterator

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
        self.twice: set[str] = set()  # listed twice, after a cut
        self.worn = False  # stores a wrong bit in whatever is written
        self._busy = False

    def open(self, name: str, mode: str) -> File:
        if mode not in ("rb", "wb", "ab"):
            raise ValueError(mode)
        if self._busy or (mode != "wb" and name not in self.files) or len(name) > 100:
            raise OSError(2)
        if mode == "wb":
            self.change(("create", name, b""))
        self._busy = True
        return File(self, name, mode)

    def remove(self, name: str) -> None:
        if name not in self.files or self.broken_remove:
            raise OSError(2)
        if name in self.twice:
            self.twice.remove(name)
        else:
            self.change(("remove", name, b""))
            self.lost.pop(name, None)

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
                raise PowerCut
            self.fuse -= cost
        apply(self.files, effect)
        self.effects.append(effect)

    def close(self) -> None:
        self._busy = False


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
