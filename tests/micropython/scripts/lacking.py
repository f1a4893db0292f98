"""What npm's MicroPython 1.10 was built without though the board has it: `ubinascii.crc32`, and `uos` and `uio.open`.

Without files those two are empty: the store is given files in memory. Runs before the modules of the app.
"""

import sys

import ubinascii
import ustruct


def _halves(number):
    """(low, high) of 32 bits. Here whole numbers beyond 30 bits are slow, and what comes of them stays so."""
    return ustruct.unpack('<HH', ustruct.pack('<I', number))


def _row(byte):
    for _ in range(8):
        byte = byte >> 1 ^ (0xEDB88320 if byte & 1 else 0)
    return _halves(byte)


_ROWS = [_row(byte) for byte in range(256)]


_known = {}  # the store reads its records again and again


def crc32(data, seed=0):
    key = bytes(data), seed
    if key not in _known:
        _known[key] = _crc32(*key)
    return _known[key]


def _crc32(data, seed):
    rows = _ROWS
    low, high = _halves(seed ^ 0xFFFFFFFF)
    for byte in data:
        row = rows[(low ^ byte) & 255]
        low = (low >> 8 | (high & 255) << 8) ^ row[0]
        high = high >> 8 ^ row[1]
    return (high << 16 | low) ^ 0xFFFFFFFF


def _free(function):
    """Found on a class, a built-in function insists on an instance of that class; one of ours does not."""
    return lambda *arguments: function(*arguments)


def _module(**names):
    return type('module', (), names)


_KEPT = {name: _free(getattr(ubinascii, name)) for name in ('hexlify', 'unhexlify', 'a2b_base64', 'b2a_base64')}
sys.modules['ubinascii'] = _module(crc32=crc32, **_KEPT)
sys.modules['uos'] = _module()
