"""The file systems of the board with their rules: SPIFFS at /flash, FAT at /sd; in memory, mirrored in a folder.

What is written to an open file reaches the storage when it is flushed, closed, or more than the cache holds: a power
cut loses the rest. A fuse (`cut_after`) pulls the plug in the middle of a write, or between the steps of an operation.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from madeleine.errors import ToolError
from madeleine.inputs import read
from madeleine.sim.folder import PART, host_path, place
from madeleine.sim.power import PowerCut

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

ENOENT, EIO, EBADF, EEXIST, ENODEV, EISDIR, EINVAL, ENOSPC, ENOTEMPTY = 2, 5, 9, 17, 19, 21, 22, 28, 39
PAGE_BYTES = 4096
BLOCK_BYTES = 128 * 1024
CACHE_BYTES = 4 * PAGE_BYTES
NAME_CHARS = 126  # 127 with the leading slash


@dataclass(frozen=True)
class Rules:
    """What tells one kind of file system from another."""

    folders: bool  # or one flat name space, in which a name may hold slashes
    open_files: int
    pages: int  # of 4 KB
    errors: bool  # of open() tell what is wrong; SPIFFS says ENOENT to everything
    flush_fails: bool  # flush() brings the data, and takes the count of bytes that it gets for an error


# 24 blocks of SPIFFS less two reserved ones and a page of look-up table in each block; a card of 64 MB.
KINDS = {
    "spiffs": Rules(folders=False, open_files=2, pages=680, errors=False, flush_fails=True),
    "fat": Rules(folders=True, open_files=8, pages=16384, errors=True, flush_fails=False),
}


class Storage:
    """One mounted file system; `folder` None keeps it in memory only."""

    def __init__(self, folder: Path | None, kind: str) -> None:
        self.folder = folder
        self.rules = KINDS[kind]
        self.files: dict[str, bytearray] = {}
        self.folders: set[str] = set()
        self.power_on()

    def power_on(self) -> None:
        """Forget open files and the fuse, and take what is in the folder now."""
        self.open_files: list[File] = []
        self.fuse: int | None = None
        self.powered = True
        if self.folder is not None:
            self.files, self.folders = {}, set()
            for path in sorted(self.folder.rglob("*")):
                name = path.relative_to(self.folder).as_posix()
                if "__pycache__" in path.parts or path.is_symlink() or path.name == PART:
                    continue
                if path.is_file():
                    self.files[name] = bytearray(self._content(path))
                elif self.rules.folders and path.is_dir():
                    self.folders.add(name)

    def _content(self, path: Path) -> bytes:
        try:
            return read(path, self.rules.pages * PAGE_BYTES)
        except OSError as error:
            raise ToolError(f"{path} cannot be on the board ({error.strerror}); take it away") from error

    def cut_after(self, count: int) -> None:
        """Pull the plug when `count` more bytes are written; creating, emptying, removing or renaming counts as one."""
        self.fuse = count

    def open(self, name: str, mode: str = "r") -> "File":
        """Open a file as the board does: modes r w a x with b, t and +."""
        self._check_power()
        action = mode.strip("bt+")
        if action not in ("r", "w", "a", "x") or len(mode) > 3:
            raise self._open_error(EINVAL)
        if len(self.open_files) >= self.rules.open_files:
            raise self._open_error(24)
        self.check_name(name)
        missing = name not in self.files
        if missing and (action == "r" or (action == "a" and not self.rules.folders)):
            raise self._open_error(ENOENT)
        if not missing and action == "x" and self.rules.folders:
            raise self._open_error(EEXIST)
        if missing or action in "wx":
            if missing and self._pages() >= self.rules.pages:
                raise self._open_error(ENOSPC)
            self.create(name)
        file = self.opened(name, mode)
        self.open_files.append(file)
        return file

    def remove(self, name: str) -> None:
        self._check_power()
        if name not in self.files:
            raise OSError(EISDIR if name in self.folders else ENOENT)
        self.delete(name)

    def rename(self, old: str, new: str) -> None:
        """Over an existing file this is remove, then rename, on both kinds: the plug can be pulled between the two."""
        self._check_power()
        if old not in self.files:
            raise OSError(ENOENT)
        self.check_name(new)
        if new in self.files and new != old:
            self.remove(new)
        self._spend_one()
        self.files[new] = self.files.pop(old)
        self.mirror(old)
        self.mirror(new)

    def listdir(self, name: str = "") -> list[str]:
        """Every file on SPIFFS, whatever the name; on FAT what is in that folder."""
        self._check_power()
        if not self.rules.folders:
            return list(self.files)
        name = name.strip("/")
        if name and name not in self.folders:
            raise OSError(ENOENT)
        head = name + "/" if name else ""
        inside = (path for path in (*self.folders, *self.files) if path.startswith(head) and path != name)
        return [path[len(head) :] for path in inside if "/" not in path[len(head) :]]

    def mkdir(self, name: str) -> None:
        self._check_power()
        if not self.rules.folders:
            raise NotImplementedError("SPIFFS not support")
        if name in self.folders or name in self.files:
            raise OSError(EEXIST)
        self.check_name(name)
        self._spend_one()
        self.folders.add(name)
        if self.folder is not None:
            (self.folder / name).mkdir(exist_ok=True)

    def rmdir(self, name: str) -> None:
        self._check_power()
        if name not in self.folders:
            raise OSError(ENOENT)
        if self.listdir(name):
            raise OSError(ENOTEMPTY)
        self._spend_one()
        self.folders.remove(name)
        if self.folder is not None:
            (self.folder / name).rmdir()

    def stat(self, name: str) -> tuple[int, ...]:
        """Ten numbers; [0] tells a file (32768) from a folder (16384), [6] is the size."""
        self._check_power()
        name = name.strip("/")
        if name in self.files:
            return (0x8000, 0, 0, 0, 0, 0, len(self.files[name]), 0, 0, 0)
        if not name or name in self.folders:
            return (0x4000, 0, 0, 0, 0, 0, 0, 0, 0, 0)
        raise OSError(ENOENT)

    def statvfs(self) -> tuple[int, ...]:
        """Counts in blocks of 128 KB, as coarse as the board."""
        total = self.rules.pages * PAGE_BYTES // BLOCK_BYTES
        free = total - self._pages() * PAGE_BYTES // BLOCK_BYTES
        return (BLOCK_BYTES, BLOCK_BYTES, total, free, free, 0, 0, 0, 0, 128)

    def format(self) -> None:
        """Everything is gone."""
        self._check_power()
        for name in list(self.files):
            del self.files[name]
            self.mirror(name)

    # What a power cut can fall between or, in `put`, into; subclasses watch it here.

    def create(self, name: str) -> None:
        """An empty file, new or in the place of another."""
        self._spend_one()
        self.files[name] = bytearray()
        self.mirror(name)

    def delete(self, name: str) -> None:
        """A file less."""
        self._spend_one()
        del self.files[name]
        self.mirror(name)

    def put(self, name: str, start: int, data: bytes) -> None:
        """Bytes into a file, or as many of them as the fuse lets through before the power is cut."""
        through = self.spend(len(data))
        content = self.files[name]
        content.extend(bytes(max(0, start - len(content))))
        content[start : start + through] = data[:through]
        self.mirror(name)
        if through < len(data):
            self.unplug()
            raise PowerCut

    def opened(self, name: str, mode: str) -> "File":
        """The open file itself."""
        return File(self, name, mode)

    def room_for(self, name: str, size: int) -> int:
        """How many bytes long the file can be made, at most `size`."""
        others = sum(pages_of(len(data)) for other, data in self.files.items() if other != name)
        return min(size, max(0, self.rules.pages - others - 1) * PAGE_BYTES)

    def spend(self, count: int) -> int:
        """Burn the fuse for `count` bytes; how many of them still get through."""
        if self.fuse is None:
            return count
        through = min(count, self.fuse)
        self.fuse -= through
        return through

    def unplug(self) -> None:
        """The power is gone: nothing can be read or written before `power_on`."""
        self.powered = False

    def mirror(self, name: str) -> None:
        """Bring one file of the folder up to date."""
        if self.folder is None:
            return
        if name in self.files:
            place(self.folder, name, self.files[name])
        else:
            host_path(self.folder, name).unlink(missing_ok=True)

    def _pages(self) -> int:
        return sum(pages_of(len(data)) for data in self.files.values())

    def _check_power(self) -> None:
        if not self.powered:
            raise PowerCut

    def _spend_one(self) -> None:
        if not self.spend(1):
            self.unplug()
            raise PowerCut

    def check_name(self, name: str) -> None:
        """OSError for what this kind of file system cannot have as the name of a file."""
        parts = name.split("/")
        if not name or len(name) > NAME_CHARS or "" in parts or "." in parts or ".." in parts or "\0" in name:
            raise self._open_error(EINVAL)
        if self.rules.folders and len(parts) > 1 and "/".join(parts[:-1]) not in self.folders:
            raise self._open_error(ENOENT)
        if name in self.folders:
            raise self._open_error(EISDIR)

    def _open_error(self, number: int) -> OSError:
        return OSError(number if self.rules.errors else ENOENT)


def pages_of(size: int) -> int:
    """Pages a file of `size` bytes takes: its data and one for its name."""
    return -(-size // PAGE_BYTES) + 1


class File:
    """An open file; text mode decodes and encodes UTF-8. It is not closed by being forgotten: the slot is lost."""

    def __init__(self, storage: Storage, name: str, mode: str) -> None:
        self._storage = storage
        self._name = name
        self._text = "b" not in mode
        self._readable = mode[0] == "r" or "+" in mode
        self._writable = mode[0] != "r" or "+" in mode
        self._appends = mode[0] == "a"
        self._position = 0
        self._pending = bytearray()  # written, not yet flushed; it ends at the position
        self._open = True

    def read(self, size: int = -1) -> bytes | str:
        """All that is left, or `size` bytes (characters in text mode); UnicodeError when text is not UTF-8."""
        rest = self._rest()
        if not self._text:
            data = rest if size is None or size < 0 else rest[:size]
            self._position += len(data)
            return data
        text = rest.decode()
        if size is not None and size >= 0:
            text = text[:size]
        self._position += len(text.encode())
        return text

    def readinto(self, buffer: "WriteableBuffer", size: int = -1) -> int:
        view = memoryview(buffer).cast("B")
        wanted = len(view) if size < 0 else min(size, len(view))
        data = self._rest(wanted)
        view[: len(data)] = data
        self._position += len(data)
        return len(data)

    def readline(self) -> bytes | str:
        rest = self._rest()
        line = rest[: rest.find(b"\n") + 1] if b"\n" in rest else rest
        self._position += len(line)
        return line.decode() if self._text else line

    def readlines(self) -> list[bytes | str]:
        return list(self)

    def __iter__(self) -> Iterator[bytes | str]:
        while line := self.readline():
            yield line

    def write(self, data: bytes | bytearray | memoryview | str) -> int:
        """OSError(28) when the disk is full: a part may have been written then."""
        self._check(self._writable)
        if isinstance(data, str) != self._text:
            raise TypeError("a text file takes str, a binary file takes bytes")
        raw = data.encode() if isinstance(data, str) else bytes(data)
        if self._appends and not self._pending:
            self._position = len(self._storage.files[self._name])
        fits = max(0, self._storage.room_for(self._name, self._position + len(raw)) - self._position)
        self._pending += raw[:fits]
        self._position += min(fits, len(raw))
        if fits < len(raw):
            self._write_out()
            raise OSError(ENOSPC)
        if len(self._pending) > CACHE_BYTES:
            self._write_out()
        return len(data)

    def flush(self) -> None:
        """Brings what was written to the storage; on SPIFFS OSError(5) although it has."""
        if self._write_out() and self._storage.rules.flush_fails:
            raise OSError(EIO)

    def _write_out(self) -> bool:
        """Whether anything was waiting; here the fuse burns."""
        self._check(True)
        if not self._pending:
            return False
        if self._name not in self._storage.files:  # removed while open
            raise OSError(EIO)
        data, self._pending = bytes(self._pending), bytearray()
        self._storage.put(self._name, self._position - len(data), data)
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self._write_out()
        base = {0: 0, 1: self._position, 2: len(self._storage.files[self._name])}[whence]
        if base + offset < 0:
            raise OSError(EINVAL)
        self._position = base + offset
        return self._position

    def tell(self) -> int:
        self._check(True)
        return self._position

    def close(self) -> None:
        if not self._open:
            return
        try:
            if self._storage.powered:
                self._write_out()
        finally:
            self._open = False
            if self in self._storage.open_files:
                self._storage.open_files.remove(self)

    def __enter__(self) -> "File":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _rest(self, most: int | None = None) -> bytes:
        self._check(self._readable)
        if self._pending:
            self._write_out()
        end = None if most is None else self._position + most
        return bytes(self._storage.files[self._name][self._position : end])

    def _check(self, allowed: bool) -> None:
        if not self._storage.powered:
            raise PowerCut
        if not self._open or not allowed:
            raise OSError(EBADF if not allowed else EINVAL)
