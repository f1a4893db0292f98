"""Nobody is answered but the page itself: by Host, Origin and what the browser says of the site."""

import asyncio

import pytest
from madeleine.web.guard import Guard, is_loopback, is_wildcard

FOREIGN_HOSTS = [
    None,
    "",
    ":8765",
    "127.0.0.1",
    "127.0.0.1:80",
    "127.0.0.1:8765@evil.example",
    "127.0.0.1.evil.example:8765",
    "evil.example:8765",
    "localhost:8765:8765",
    "0.0.0.0:8765",
    "192.168.1.5:8765",
    "[::2]:8765",
    "::1:8765",
]
FOREIGN_ORIGINS = [
    "null",
    "",
    "file://",
    "http://evil.example",
    "http://localhost:8765",
    "https://127.0.0.1:8765",
    "http://127.0.0.1:8766",
    "http://127.0.0.1:8765/",
    "http://127.0.0.1:8765.evil.example",
]


def asked(kind="http", host="127.0.0.1:8765", named="127.0.0.1", port=8765, **headers):
    """What the guard sends when the application behind it would say 200."""
    sent = []
    pairs = [] if host is None else [(b"host", host.encode())]
    pairs += [(key.replace("_", "-").encode(), value.encode()) for key, value in headers.items()]

    async def application(scope, receive, send):
        await send({"type": f"{kind}.response.start", "status": 200, "headers": [(b"cache-control", b"max-age=9")]})

    async def send(message):
        sent.append(message)

    asyncio.run(Guard(application, named, port)({"type": kind, "headers": pairs}, None, send))
    return sent


def passes(**request):
    return asked(**request)[0].get("status") == 200


@pytest.mark.parametrize("host", ["127.0.0.1:8765", "localhost:8765", "LOCALHOST:8765", "[::1]:8765"])
def test_its_own_addresses(host):
    assert passes(host=host)
    assert passes(host=host, origin=f"http://{host}".lower())
    assert passes(kind="websocket", host=host, origin=f"http://{host}")


@pytest.mark.parametrize("host", FOREIGN_HOSTS)
def test_other_hosts_get_nothing(host):
    (start, body) = asked(host=host)
    assert (start["status"], body["body"]) == (403, b"")
    assert dict(start["headers"])[b"content-length"] == b"0"
    assert asked(kind="websocket", host=host, origin=f"http://{host}") == [{"type": "websocket.close", "code": 1008}]


def test_two_hosts_get_nothing():
    assert not passes(Host="evil.example:8765")


@pytest.mark.parametrize("origin", FOREIGN_ORIGINS)
def test_other_origins_get_nothing(origin):
    assert not passes(origin=origin)
    assert not passes(kind="websocket", origin=origin)


def test_a_websocket_says_its_origin():
    assert not passes(kind="websocket")


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_page_elsewhere_cannot_load_parts(site):
    assert not passes(sec_fetch_site=site, sec_fetch_mode="no-cors", sec_fetch_dest="script")
    assert not passes(sec_fetch_site=site, sec_fetch_mode="navigate", sec_fetch_dest="iframe")
    assert passes(sec_fetch_site=site, sec_fetch_mode="navigate", sec_fetch_dest="document")  # a link


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_its_own_parts_are_loaded(site):
    assert passes(sec_fetch_site=site)


def test_a_host_that_was_named():
    assert passes(named="camera.school", host="camera.school:8765")
    assert passes(named="camera.school", host="localhost:8765")
    assert not passes(named="camera.school", host="192.168.1.5:8765")
    assert passes(named="fe80::1", host="[fe80::1]:8765")


@pytest.mark.parametrize("named", ["0.0.0.0", "::"])
def test_every_address_but_no_name_with_a_wildcard(named):
    """A name could be pointed here by anybody; an address is what the user has typed."""
    assert passes(named=named, host="192.168.1.5:8765")
    assert passes(named=named, host="[fe80::1]:8765")
    assert not passes(named=named, host="evil.example:8765")


def test_the_usual_port_is_not_said():
    assert passes(port=80, host="localhost", origin="http://localhost")
    assert passes(port=80, host="[::1]")
    assert not passes(port=80, host="localhost:8765")


def test_what_the_browser_holds_the_page_to():
    headers = dict(asked()[0]["headers"])
    assert headers[b"content-security-policy"].startswith(b"default-src 'self'; ")
    assert b"frame-ancestors 'none'" in headers[b"content-security-policy"]
    assert headers[b"x-content-type-options"] == b"nosniff"
    assert headers[b"cache-control"] == b"max-age=9"  # its own wins
    assert not [name for name in headers if name.startswith(b"access-control")]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.9", "localhost", "::1"])
def test_for_this_machine_only(host):
    assert is_loopback(host)
    assert not is_wildcard(host)


@pytest.mark.parametrize(
    ("host", "wildcard"), [("0.0.0.0", True), ("::", True), ("192.168.1.5", False), ("a.b", False)]
)
def test_for_others_too(host, wildcard):
    assert not is_loopback(host)
    assert is_wildcard(host) == wildcard
