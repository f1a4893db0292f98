"""Who is answered: the page itself and nobody else. ASGI middleware for every request and every WebSocket.

Another site in the same browser reaches a server on this machine, too, by its address or by a name of its own that it
points here (DNS rebinding). The browser tells who asks: Host, Origin, and Sec-Fetch-Site.
"""

import ipaddress
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = [
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"permissions-policy", b"camera=(self), microphone=(), geolocation=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-cache"),  # asked for again, and answered "not modified"
]
REFUSED_HTTP = 403
REFUSED_WEBSOCKET = 1008


class Guard:
    """Lets through what a page of this very place asks of `host` (as --host has it), or of loopback, at `port`."""

    def __init__(self, app: App, host: str, port: int) -> None:
        self._app = app
        self._port = port
        named = f"[{host}]" if ":" in host else host
        self._names = {*LOOPBACK, named.lower()}
        self._any_address = is_wildcard(host)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or self._welcome(scope):
            await self._app(scope, receive, _with_headers(send))
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": REFUSED_WEBSOCKET})
        else:
            send = _with_headers(send)
            await send({"type": "http.response.start", "status": REFUSED_HTTP, "headers": [(b"content-length", b"0")]})
            await send({"type": "http.response.body", "body": b""})

    def _welcome(self, scope: Scope) -> bool:
        hosts, origins = _values(scope, b"host"), _values(scope, b"origin")
        if len(hosts) != 1 or not self._is_ours(hosts[0].lower()):
            return False
        same = [f"http://{hosts[0]}".lower()]
        if scope["type"] == "websocket":
            return [origin.lower() for origin in origins] == same
        return (not origins or [origin.lower() for origin in origins] == same) and _from_here(scope)

    def _is_ours(self, host: str) -> bool:
        name, _, port = host.rpartition(":") if not host.endswith("]") else (host, "", "")
        if not name:
            name, port = host, ""
        if (port or "80") != str(self._port):
            return False
        return name in self._names or (self._any_address and _is_address(name))


def is_wildcard(host: str) -> bool:
    """Does a server with this address listen on every one the machine has?"""
    return _is_address(host) and ipaddress.ip_address(host.strip("[]")).is_unspecified


def is_loopback(host: str) -> bool:
    """Does only this machine reach a server with this address?"""
    return host.lower() == "localhost" or (_is_address(host) and ipaddress.ip_address(host.strip("[]")).is_loopback)


def _is_address(name: str) -> bool:
    """An address is no name that somebody could point here."""
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def _values(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in scope["headers"] if key.lower() == name]


def _from_here(scope: Scope) -> bool:
    """Not for another site's page, as far as the browser says so; a link that somebody clicked may lead here."""
    sites = _values(scope, b"sec-fetch-site")
    if all(site in ("same-origin", "none") for site in sites):
        return True
    return _values(scope, b"sec-fetch-mode") == ["navigate"] and _values(scope, b"sec-fetch-dest") == ["document"]


def _with_headers(send: Send) -> Send:
    """Puts what the browser shall hold the page to on every answer."""

    async def guarded(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            given = list(message.get("headers", []))
            names = {name.lower() for name, _ in given}
            message = {**message, "headers": [*given, *(header for header in HEADERS if header[0] not in names)]}
        await send(message)

    return guarded
