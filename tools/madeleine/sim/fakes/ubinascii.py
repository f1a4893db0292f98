"""`ubinascii` of MicroPython 1.11: no separators, no newline switch."""

import binascii as _binascii


def a2b_base64(data):
    return _binascii.a2b_base64(data)


def b2a_base64(data):
    """With a newline at the end."""
    return _binascii.b2a_base64(data)


def crc32(data, crc=0):
    return _binascii.crc32(data, crc)


def hexlify(data):
    return _binascii.hexlify(data)


def unhexlify(data):
    return _binascii.unhexlify(data)
