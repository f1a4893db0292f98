"""The SHA-256 engine. Its driver feeds padded blocks, so the message is known."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from .registers import Registers

if TYPE_CHECKING:
    from .machine import Machine

DIGEST_BYTES, BLOCK_BYTES = 32, 64
DATA, START, READY = 0x20, 0x28, 0x2C


class Sha256(Registers):
    """The digest is there as soon as a whole block is."""

    def __init__(self, machine: Machine) -> None:
        super().__init__(machine, "sha256")
        self._data = bytearray()
        self.on_read = {READY: lambda: self.get(READY) | 1}
        self.on_write = {DATA: self._feed, START: lambda _: self._data.clear()}

    def dma_write(self, _offset: int, data: bytes, _width: int) -> bool:
        """More of the message."""
        self._data += data
        return True

    def _feed(self, value: int) -> None:
        self._data += value.to_bytes(4, "little")

    def read(self, offset: int, size: int) -> int:
        """The digest, its last word first."""
        if offset >= DIGEST_BYTES or len(self._data) < BLOCK_BYTES:
            return super().read(offset, size)
        message_bytes = int.from_bytes(self._data[-8:], "big") // 8
        digest = hashlib.sha256(bytes(self._data[:message_bytes])).digest()
        place = DIGEST_BYTES - 4 - (offset & ~3)
        return int.from_bytes(digest[place : place + 4], "little")
