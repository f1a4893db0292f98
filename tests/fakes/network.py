"""The network for downloads: what an address has, where an answer breaks off, and what was asked for."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

REAL_CLIENT = httpx.Client


class Server:
    """Has `data` at every address, breaks off after `breaks` bytes of an answer, knows ranges or not."""

    def __init__(self, data: bytes, breaks: int | None = None, ranges: bool = True) -> None:
        self.data, self.breaks, self.ranges = data, breaks, ranges
        self.asked: list[tuple[str, int]] = []  # addresses, and from which byte on

    def answer(self, request: httpx.Request) -> httpx.Response:
        start = int(request.headers.get("Range", "bytes=0-")[6:-1])
        self.asked.append((str(request.url), start))
        if start > len(self.data):
            return httpx.Response(416)
        partial = start > 0 and self.ranges
        return httpx.Response(206 if partial else 200, content=self._sent(self.data[start:] if partial else self.data))

    def _sent(self, data: bytes) -> Iterator[bytes]:
        yield data[: self.breaks]
        if self.breaks is not None and self.breaks <= len(data):
            raise httpx.ReadError("reset by peer")


def connect(monkeypatch: pytest.MonkeyPatch, answer: Callable[[httpx.Request], httpx.Response]) -> None:
    """Every request goes to `answer` instead of the network."""

    def client(**options: Any) -> httpx.Client:
        return REAL_CLIENT(transport=httpx.MockTransport(answer), **options)

    monkeypatch.setattr(httpx, "Client", client)
