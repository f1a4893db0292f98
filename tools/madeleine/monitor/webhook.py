"""Calls a rule's web hook; only the status of the answer is looked at."""

import contextlib
import socket
import threading
from typing import Any, cast

import httpx

from madeleine.monitor.items import Change
from madeleine.monitor.lane import ActionError
from madeleine.monitor.rules import Call, Rule, message_of, url_of


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
        with Deadline(rule.timeout_s) as deadline, httpx.Client(timeout=rule.timeout_s) as client:
            call = client.build_request(
                action.method, url, content=body, headers=headers, extensions={"trace": deadline.trace}
            )
            try:
                answer = client.send(call, stream=True, follow_redirects=False)
                status, reason = answer.status_code, answer.reason_phrase
                answer.close()
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                if deadline.passed or isinstance(error, httpx.TimeoutException):
                    raise ActionError(f"{_host(url)} does not answer within {rule.timeout_s:g} s") from error
                kind = type(error).__name__
                raise ActionError(f"{_host(url)} cannot be reached ({kind}): check the address") from error
        if not httpx.codes.is_success(status):
            raise ActionError(f"{_host(url)} answers {status} {reason}: check the address")

    def close(self) -> None:
        """Each call has an end of its own."""


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
