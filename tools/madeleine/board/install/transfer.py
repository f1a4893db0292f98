"""How files get onto the camera's flash: the board's half of the installer, and the pieces that it takes."""

import zlib
from binascii import b2a_base64
from collections.abc import Iterator
from pathlib import Path

PIECE_BYTES = 4091  # of a file, in one page of SPIFFS: firmware/install.py


def board_half(root: Path) -> str:
    """The text that the board runs: the functions of firmware/install.py."""
    return "HOST = True\n" + (root / "firmware/install.py").read_text(encoding="utf-8")


def pieces(content: bytes) -> Iterator[bytes]:
    """Each compressed, as base64: 115200 baud take two thirds of the time."""
    for start in range(0, len(content), PIECE_BYTES):
        yield b2a_base64(zlib.compress(content[start : start + PIECE_BYTES], 9), newline=False)
