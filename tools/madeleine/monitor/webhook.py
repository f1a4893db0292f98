"""Calls a rule's web hook; only the status of the answer is looked at."""

import contextlib
import socket
import threading
from collections.abc import Callable
from functools import partial
from typing import Any, cast

import httpx

from madeleine.deadline import within
from madeleine.monitor.items import Change
from madeleine.monitor.lane import ActionError
from madeleine.monitor.rules import Call, Rule, message_of, url_of

SPARE_S = 0.5  # after the deadline of a call, in which it ends by itself; the look-up of a name does not


class WebHooks:
    """Calls web hooks. Of an address only the host is ever told: the rest may hold a key."""

    def __call__(self, rule: Rule, change: Change) -> None:
        """Returns when the host has answered well; ActionError when not, or not within the time of the rule."""
        action = cast(Call, rule.action)
        url = url_of(action.url, change)
        content = None
        headers = httpx.Headers(dict(action.headers))
        if action.method != "GET":
            content, is_json = message_of(action.message, change)
            headers.setdefault("Content-Type", "application/json" if is_json else "text/plain; charset=utf-8")
        body = None if content is None else content.encode()
        request = partial(httpx.Request, action.method, url, content=body, headers=headers)
        try:
            status, reason = within(rule.timeout_s + SPARE_S, partial(_answer, request, rule.timeout_s))
        except (TimeoutError, httpx.TimeoutException) as error:
            raise ActionError(f"{_host(url)} does not answer within {rule.timeout_s:g} s") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            kind = type(error).__name__
            raise ActionError(f"{_host(url)} cannot be reached ({kind}): check the address") from error
        if not httpx.codes.is_success(status):
            raise ActionError(f"{_host(url)} answers {status} {reason}: check the address")

    def close(self) -> None:
        """Each call has an end of its own."""


def _answer(request: Callable[..., httpx.Request], timeout_s: float) -> tuple[int, str]:
    """Status and reason of the answer; TimeoutError, or httpx's error."""
    with Deadline(timeout_s) as deadline, httpx.Client(timeout=timeout_s) as client:
        extensions = {"trace": deadline.trace, "timeout": httpx.Timeout(timeout_s).as_dict()}
        try:
            answer = client.send(request(extensions=extensions), stream=True, follow_redirects=False)
            answer.close()
        except httpx.HTTPError as error:
            if deadline.passed:
                raise TimeoutError(str(error)) from error
            raise
        return answer.status_code, answer.reason_phrase


class Deadline:
    """Ends a call after so many seconds in all: httpx counts the time of each read, and a server may drip.

    Its connections are shut down from another thread, which wakes up whoever reads.
    """

    def __init__(self, seconds: float) -> None:
        self.passed = False
        self._connections: list[socket.socket] = []
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    def __enter__(self) -> "Deadline":
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def trace(self, event: str, facts: dict[str, Any]) -> None:
        """What httpx calls on its way: each connection that it makes is taken down."""
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            with self._lock:
                self._connections.append(facts["return_value"].get_extra_info("socket"))
            if self.passed:
                self._end()

    def _end(self) -> None:
        self.passed = True
        with self._lock:
            for connection in self._connections:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)


def _host(url: str) -> str:
    return httpx.URL(url).host
