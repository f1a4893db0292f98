"""What is said on USB and on the Grove port, and how bytes from USB become lines. Knows no UART and no clock.

A message is (event, key, value, key, value ...): order is part of it, and dicts have none on the board.
"""

import ubinascii
import ujson
from micropython import const

from version import LINK

_TYPING = const(0)
if _TYPING:
    from typing import Any

    Message = tuple[object, ...]  # (event, key, value, key, value ...)

LINE_MAX_BYTES = 2048  # an example in base64 is 1024


def json_line(message: 'Message') -> str:
    """A message as one JSON object and CR LF: {"v": 1, "event": "seen", ...}. Brownie's programs split at both."""
    parts = ['{"v": %d, "event": ' % LINK, ujson.dumps(message[0])]
    for i in range(1, len(message), 2):
        value = message[i + 1]
        parts += [', ', ujson.dumps(message[i]), ': ', str(value) if isinstance(value, Raw) else ujson.dumps(value)]
    parts.append('}\r\n')
    return ''.join(parts)  # at once: each copy of an example wants a kilobyte of the heap in one piece


def with_id(message: 'Message', id: 'str | int | None') -> 'Message':
    """A message with the host's mark of its request, if it has one."""
    return message if id is None else message + ('id', id)


def field(message: 'Message', key: str) -> 'Any':
    """The value of a key of a message, None without it."""
    for i in range(1, len(message), 2):
        if message[i] == key:
            return message[i + 1]
    return None


def brownie_line(message: 'Message') -> str:
    """The same in the words that Brownie prints; '' for what Brownie does not say."""
    event = message[0]
    if event == 'seen':
        if field(message, 'again'):  # the same name, sure now, or no more
            return ''
        return '[DETECTED]: %s\r\n' % field(message, 'name')
    if event == 'card':
        return '[QR]: %s\r\n' % field(message, 'text')
    value = field(message, 'value')
    if event == 'gauge' and value is not None:
        return '[DISTANCE]: %d.0\r\n' % value
    return ''


LINES = {'json': json_line, 'brownie': brownie_line}


class Raw:
    """Says itself how it stands in JSON."""


class Tenths(Raw):
    """A number with one decimal, kept as a whole number so that it prints the same everywhere."""

    def __init__(self, value: int) -> None:
        self._value = value

    def __str__(self) -> str:
        return '%d.%d' % (self._value // 10, self._value % 10)


def grove_name(name: str) -> bytes:
    """Grove, as Brownie says it: the name and a NUL byte; '' (nothing seen any more) is a lone NUL."""
    return name.encode() + b'\0'


def grove_number(value: 'int | None') -> bytes:
    """Grove: '=' and the gauge. No name can start with '='."""
    return ('=' + ('--' if value is None else str(value))).encode() + b'\0'


def base64(data: 'bytes | bytearray | memoryview') -> str:
    """Bytes as base64 text without a newline."""
    return ubinascii.b2a_base64(data)[:-1].decode()


class Lines:
    """Bytes in, whole lines out; a line that is too long is dropped up to its end. `rest`: what has no end yet."""

    def __init__(self, max_bytes: int = LINE_MAX_BYTES) -> None:
        self.rest = b''
        self._max_bytes = max_bytes
        self._skipping = False

    def feed(self, data: 'bytes | bytearray') -> 'list[bytes | None]':
        """The lines (bytes, without their end, none empty) that `data` completes; None is one that was too long."""
        if not data:  # as in nearly every turn
            return []
        pieces = bytes(data).replace(b'\r', b'\n').split(b'\n')
        lines = []  # type: list[bytes | None]
        for piece in pieces[:-1]:
            self._take(piece)
            if self._skipping or self.rest:
                lines.append(None if self._skipping else self.rest)
            self.rest, self._skipping = b'', False
        self._take(pieces[-1])
        return lines

    def _take(self, piece: bytes) -> None:
        if len(self.rest) + len(piece) > self._max_bytes:
            self.rest, self._skipping = b'', True
        if not self._skipping:
            self.rest += piece
