"""Calls a rule's web hook; only the status of the answer is looked at."""

from typing import cast

import httpx

from madeleine.monitor.items import Change
from madeleine.monitor.lane import ActionError
from madeleine.monitor.rules import Call, Rule, message_of, url_of


class WebHooks:
    """Calls web hooks. Of an address only the host is ever told: the rest may hold a key."""

    def __call__(self, rule: Rule, change: Change) -> None:
        """Returns when the host has answered well; ActionError when not."""
        action = cast(Call, rule.action)
        url = url_of(action.url, change)
        content = None
        headers = httpx.Headers(dict(action.headers))
        if action.method != "GET":
            content, is_json = message_of(action.message, change)
            headers.setdefault("Content-Type", "application/json" if is_json else "text/plain; charset=utf-8")
        body = None if content is None else content.encode()
        try:
            with httpx.stream(
                action.method, url, content=body, headers=headers, timeout=rule.timeout_s, follow_redirects=False
            ) as answer:
                status, reason = answer.status_code, answer.reason_phrase
        except httpx.TimeoutException as error:
            raise ActionError(f"{_host(url)} does not answer within {rule.timeout_s:g} s") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ActionError(f"{_host(url)} cannot be reached ({type(error).__name__}): check the address") from error
        if not httpx.codes.is_success(status):
            raise ActionError(f"{_host(url)} answers {status} {reason}: check the address")

    def close(self) -> None:
        """Each call has an end of its own."""


def _host(url: str) -> str:
    return httpx.URL(url).host
