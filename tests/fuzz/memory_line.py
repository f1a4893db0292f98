"""A cable in memory with a clock of its own: to wait costs no time, so that a case takes a millisecond."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import SimpleNamespace
from unittest import mock

from madeleine.camera.serial_port import SerialLine

CLOCKED = ("clock", "board.install.repl", "examples.camera")  # modules that look at the time
BYTE_S = 0.0001  # as a byte takes at 115200 baud


class MemoryPort:
    """What pyserial's port does: what the host writes goes to `answer`, and what that returns can be read."""

    def __init__(self, answer: Callable[[bytes], bytes]) -> None:
        self.timeout = 0.0
        self.now_s = 0.0
        self._answer = answer
        self._said = bytearray()

    @property
    def in_waiting(self) -> int:
        return len(self._said)

    def write(self, data: bytes) -> None:
        self._said += self._answer(data)

    def read(self, count: int) -> bytes:
        """In silence the whole time passes."""
        said = bytes(self._said[:count])
        del self._said[:count]
        self.now_s += len(said) * BYTE_S if said else max(0.001, self.timeout)
        return said

    def close(self) -> None:
        pass


class MemoryLine(SerialLine):
    """A line on such a port."""

    def __init__(self, answer: Callable[[bytes], bytes]) -> None:
        self.device = "memory"
        self.serial = MemoryPort(answer)


@contextmanager
def opened(answer: Callable[[bytes], bytes]) -> Iterator[MemoryLine]:
    """A line whose clock is that of everybody who waits."""
    line = MemoryLine(answer)
    time = SimpleNamespace(monotonic=lambda: line.serial.now_s, sleep=lambda seconds: None)
    with ExitStack() as patches:
        for module in CLOCKED:
            patches.enter_context(mock.patch(f"madeleine.{module}.time", time))
        yield line
