"""The payloads of the QR codes in a picture, as the firmware's reader gives them.

zxing-cpp finds the codes. The firmware has quirc, which knows less: no Micro QR codes, no mirrored ones, and no text of
a code that begins with a segment whose mode it does not know, as a structured append does (seen on v0.5.0_9).
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import zxingcpp
from numpy.typing import NDArray

QUIET = 10  # modules round a symbol that zxing-cpp draws
MODES = (1, 2, 4, 7, 8)  # numeric, alphanumeric, bytes, ECI, kanji: those that quirc's decode_payload knows
# ISO/IEC 18004, 7.9: two bits of the level, three of the mask and ten check bits along two sides of a corner.
LEVELS = {"L": 0b01, "M": 0b00, "Q": 0b11, "H": 0b10}
GENERATOR, FORMAT_MASK = 0x537, 0x5412
ALONG = (*((8, column) for column in (0, 1, 2, 3, 4, 5, 7, 8)), *((row, 8) for row in (7, 5, 4, 3, 2, 1, 0)))
# 7.8.2: which modules of row i and column j a mask turns.
MASKS: tuple[Callable[[int, int], bool], ...] = (
    lambda i, j: (i + j) % 2 == 0,
    lambda i, j: i % 2 == 0,
    lambda i, j: j % 3 == 0,
    lambda i, j: (i + j) % 3 == 0,
    lambda i, j: (i // 2 + j // 3) % 2 == 0,
    lambda i, j: i * j % 2 + i * j % 3 == 0,
    lambda i, j: (i * j % 2 + i * j % 3) % 2 == 0,
    lambda i, j: ((i + j) % 2 + i * j % 3) % 2 == 0,
)


def payloads(pixels: NDArray[np.uint8]) -> list[bytes]:
    """Those of a picture, (height, width, 3) RGB."""
    grey = (pixels @ np.array([0.299, 0.587, 0.114])).astype(np.uint8)
    formats: Any = zxingcpp.BarcodeFormat.QRCode  # one, or several joined; the annotation knows only the latter
    codes = zxingcpp.read_barcodes(grey, formats=formats, try_invert=False)
    return [_payload(code) for code in codes if code.format == zxingcpp.BarcodeFormat.QRCode and not _mirrored(code)]


def _payload(code: zxingcpp.Barcode) -> bytes:
    """`code.bytes`, or nothing where quirc stops at once."""
    modules = _modules(code)
    last = len(modules) - 1
    turned = MASKS[int(_facts(code)["DataMask"])]
    # The first four bits stand in the corner, from right to left and upwards.
    mode = 0
    for row, column in ((last, last), (last, last - 1), (last - 1, last), (last - 1, last - 1)):
        mode = mode << 1 | int(modules[row, column]) ^ turned(row, column)
    return bytes(code.bytes) if mode in MODES else b""


def _mirrored(code: zxingcpp.Barcode) -> bool:
    """Does its format information read better in the other direction?"""
    modules = _modules(code)
    word = _format_word(LEVELS[_facts(code)["ECLevel"]] << 3 | int(_facts(code)["DataMask"]))
    bits = [word >> 14 - at & 1 for at in range(15)]
    wrong = sum(modules[row, column] != bit for (row, column), bit in zip(ALONG, bits, strict=True))
    wrong_mirrored = sum(modules[column, row] != bit for (row, column), bit in zip(ALONG, bits, strict=True))
    return bool(wrong > wrong_mirrored)


def _format_word(data: int) -> int:
    remainder = data << 10
    for shift in (4, 3, 2, 1, 0):
        if remainder >> 10 + shift & 1:
            remainder ^= GENERATOR << shift
    return (data << 10 | remainder) ^ FORMAT_MASK


def _facts(code: zxingcpp.Barcode) -> dict[str, str]:
    facts: dict[str, str] = code.extra  # type: ignore[assignment]  # a dict, which its annotation does not say
    return facts


def _modules(code: zxingcpp.Barcode) -> NDArray[np.int64]:
    """The symbol as it was seen, 1 for a dark module."""
    symbol = np.asarray(code.to_image())[QUIET:-QUIET, QUIET:-QUIET]
    return (symbol < 128).astype(np.int64)
