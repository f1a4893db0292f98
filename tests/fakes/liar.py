"""Boards that lie: a prompt that prints what it is told to, and an app that answers what it is told to."""

import json
import re
from collections.abc import Callable, Iterable
from typing import Any


class LyingPrompt:
    """A firmware's prompt that takes every command and prints `printed`, one after the other, the last for ever."""

    def __init__(self, *printed: bytes, error: bytes = b"") -> None:
        self._printed = list(printed)
        self._error = error
        self._raw = False

    def __call__(self, data: bytes) -> bytes:
        return b"".join(self._key(bytes([byte])) for byte in data)

    def _key(self, key: bytes) -> bytes:
        if key in b"\x01\x02":
            self._raw = key == b"\x01"
            return b"raw REPL; CTRL-B to exit\r\n>" if self._raw else b"\r\n>>> "
        if key == b"\x03" or (key == b"\r" and not self._raw):
            return b"\r\n>" if self._raw else b"\r\n>>> "
        if key == b"\x04" and self._raw:
            printed = self._printed.pop(0) if len(self._printed) > 1 else self._printed[0]
            return b"OK" + printed + b"\x04" + self._error + b"\x04>"
        return b""


def lying_app(answers: dict[str, Callable[[], Iterable[dict[str, Any] | bytes]]]) -> Callable[[bytes], bytes]:
    """An app that answers a word of the host with messages, or with bytes; silent to words that are not there."""

    def answer(data: bytes) -> bytes:
        said = b""
        for line in re.split(rb"[\r\n]+", data):
            try:
                request = json.loads(line)
            except ValueError:
                continue
            for message in answers.get(request["do"], list)():
                if isinstance(message, dict):
                    message = json.dumps({"v": 1, **message, "id": request["id"]}).encode()
                said += message + b"\n"
        return said

    return answer
