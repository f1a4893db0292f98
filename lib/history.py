"""The changes that an undo can take back, beside the examples: the newest of them since the start."""

from micropython import const

from change import Change

_MOST = const(32)


class History:
    """Remembers of each change where its record begins, and which example would have come next."""

    def __init__(self) -> None:
        self._changes = []  # type: list[tuple[str, str | int | None, int, int]]

    def add(self, change: Change, offset: int, next_serial: int) -> None:
        self._changes.append((change.what, change.key, offset, next_serial))
        del self._changes[:-_MOST]

    def newest(self, serial: int) -> 'Change | None':
        """The newest change, if no example was learned since; `serial` of the newest example."""
        if self._changes and self._changes[-1][3] > serial:
            return Change(*self._changes[-1][:2])
        return None

    def offset(self) -> int:
        """Where the record of the newest begins."""
        return self._changes[-1][2]

    def drop(self) -> None:
        """The newest has been taken back."""
        self._changes.pop()
