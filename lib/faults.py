"""Counts faults in a row on flash, so that a camera that fails at every start stops restarting and says why."""

from micropython import const

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from files import Files

COUNT_FILE = 'faults.count'
TEXT_FILE = 'fault.txt'  # the last traceback, for whoever looks after the camera
TOO_MANY = 3


class Faults:
    """`files` is a files.Files."""

    def __init__(self, files: 'Files') -> None:
        self._files = files
        self.count = self._read()

    def _read(self) -> int:
        try:
            with self._files.open(COUNT_FILE, 'rb') as file:
                digits = file.read(1)
        except OSError:
            return 0
        return digits[0] - 48 if digits and 48 <= digits[0] < 58 else 0

    def too_many(self) -> bool:
        return self.count >= TOO_MANY

    def add(self, text: str) -> bool:
        """One more fault; its text is kept. False when flash did not take the count: then nothing ends the restarts."""
        self.count += 1
        try:
            # The count first: it ends the restarts, and a full flash may have no room for the text.
            for name, content in ((COUNT_FILE, str(min(9, self.count))), (TEXT_FILE, text)):
                with self._files.open(name, 'wb') as file:
                    file.write(content.encode())
        except OSError:
            return self._read() == self.count
        return True

    def clear(self) -> None:
        """The app runs well."""
        if self.count:
            self.count = 0
            try:
                self._files.remove(COUNT_FILE)
            except OSError:
                pass
