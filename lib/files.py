"""The flat files of one folder of the board; the only place that opens any, but for the pack (pack.py)."""

import uio
import uos
from micropython import const

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from collections.abc import Callable

_EROFS = const(30)


def _nobody() -> None:
    """Nobody has to be fed."""


class Files:
    """One open at a time: that is all /flash allows beside the running boot.py."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self.feed = _nobody  # type: Callable[[], None]  # the watchdog: a write may take seconds
        self.frozen = False  # nothing is written: the battery is empty

    def open(self, name: str, mode: str) -> 'uio.FileIO':
        """Open in mode rb, wb or ab; rb and ab need the file to be there."""
        self._begin(mode != 'rb')
        return uio.open(self._path(name), mode)

    def remove(self, name: str) -> None:
        self._begin(True)
        uos.remove(self._path(name))

    def size(self, name: str) -> int:
        """Bytes of a file, -1 when there is none."""
        try:
            return uos.stat(self._path(name))[6]
        except OSError:
            return -1

    def names(self) -> 'list[str]':
        return uos.listdir(self._folder)

    def free_bytes(self) -> int:
        """Rounded down to SPIFFS's blocks of 128 KB."""
        info = uos.statvfs(self._folder)
        return info[0] * info[3]

    def _begin(self, writes: bool) -> None:
        self.feed()
        if writes and self.frozen:
            raise OSError(_EROFS)

    def _path(self, name: str) -> str:
        return self._folder + '/' + name
