"""Null parts: what a board does not have, with the same face, so that nobody asks which board this is.

A start alone needs this module; what it made stays.
"""

from micropython import const

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from array import array

    from image import Image

    from files import Files


class NoPanel:
    width = height = 0
    image = None

    def canvas(self, picture: 'Image') -> None:
        return None

    def show(self) -> None:
        pass

    def turn(self) -> None:
        pass

    def message(self, lines: 'tuple[str, ...] | list[str]') -> None:
        pass


class NoLights:
    def show(self, color: 'str | None') -> None:
        pass


class NoSpeaker:
    def __init__(self) -> None:
        self.voices = []  # type: list[tuple[str, Files, str]] | None

    def tune(self, rate_hz: int) -> None:
        pass

    def play(self, words: 'bytes | bytearray | array[int]') -> None:
        pass


class NoGrove:
    def open(self, baud: int) -> None:
        pass

    def waiting(self) -> int:
        return 0

    def read(self) -> bytes:
        return b''

    def write(self, data: bytes) -> None:
        pass


class NoPower:
    def brightness(self, level: int) -> None:
        pass

    def battery_mv(self) -> 'int | None':
        return None

    def usb(self) -> 'bool | None':
        return None
