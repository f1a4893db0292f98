"""A log of all that is done to the flash chip: what a power cut leaves of it, at any operation, without a new run.

An operation is the erasing of a sector (4 KB) or the programming of a page (256 bytes), the smallest steps of the chip.
"""

from collections.abc import Iterator

from k210 import Emulator

ERASE, PROGRAM = "erase", "program"
SECTOR_BYTES = 4096
FILES_AT, BLOCK_BYTES = 0xD00000, 128 * 1024  # where SPIFFS lies, and its blocks
Operation = tuple[str, int, bytes]  # kind, address, what was programmed


class FlashLog:
    """Attached to an emulator, it keeps every operation from `begin` on."""

    def __init__(self, emulator: Emulator) -> None:
        self._flash = emulator.flash
        self._erase, self._program = self._flash._erase, self._flash._program
        self._flash._erase, self._flash._program = self._log_erase, self._log_program
        self.begin()

    def begin(self) -> None:
        """Forget what was, and start from the flash as it is."""
        self.before = bytes(self._flash.data)
        self.operations: list[Operation] = []

    def _log_erase(self, address: int, size: int) -> None:
        assert size == SECTOR_BYTES
        self.operations.append((ERASE, address, b""))
        self._erase(address, size)

    def _log_program(self, address: int, data: bytes) -> None:
        self.operations.append((PROGRAM, address, bytes(data)))
        self._program(address, data)

    def cuts(self, moments: Iterator[int], torn: float = 0.5) -> Iterator[tuple[int, bytes]]:
        """For ascending moments n: (n, the flash when the power fails in operation n and that is done in part)."""
        flash, done = bytearray(self.before), 0
        for moment in moments:
            for operation in self.operations[done:moment]:
                carry_out(flash, operation, 1)
            done = moment
            cut = bytearray(flash)
            carry_out(cut, self.operations[moment], torn)
            yield moment, bytes(cut)

    def blocks_erased(self) -> int:
        """How many blocks SPIFFS recycled: nothing else erases the first sector of one, which holds its table."""
        return sum(kind == ERASE and (address - FILES_AT) % BLOCK_BYTES == 0 for kind, address, _ in self.operations)


def carry_out(flash: bytearray, operation: Operation, share: float) -> None:
    """Do this share of an operation to a chip's content."""
    kind, address, data = operation
    if kind == ERASE:
        size = int(SECTOR_BYTES * share)
        flash[address : address + size] = b"\xff" * size
    else:
        for offset in range(int(len(data) * share)):
            flash[address + offset] &= data[offset]
