"""A headless Chromium as the system has it, driven by Playwright; a page in it is used as a person uses it."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from playwright.sync_api import Browser, Page, ViewportSize, WebSocket, expect, sync_playwright

WINDOW = ViewportSize(width=1440, height=900)
WAIT_MS = 60_000  # for a condition; it is met within a second or two, on a busy machine later
COMPLAINTS = ("error", "warning", "assert")

expect.set_options(timeout=WAIT_MS)
_live: WeakKeyDictionary[Page, WebSocket] = WeakKeyDictionary()


def program() -> str | None:
    """Where a Chromium is, if there is one."""
    return shutil.which("chromium") or shutil.which("google-chrome")


@contextmanager
def chromium(film: Path | None = None, names: Sequence[str] = ()) -> Iterator[Browser]:
    """One whose webcam is `film` (see webcam.py), and for which `names` are this machine; no other machine has a name.

    Playwright's event loop runs in this thread meanwhile: nothing else may run one.
    """
    rules = [*(f"MAP {name} 127.0.0.1" for name in names), "MAP * ~NOTFOUND", "EXCLUDE 127.0.0.1"]
    flags = [f"--host-resolver-rules={', '.join(rules)}"]
    if film is not None:
        flags += ["--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film}"]
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=program(), args=flags) as browser:
        yield browser


def open_page(browser: Browser, address: str, **options: Any) -> Page:
    """A new tab with `address`, loaded; it remembers nothing of earlier ones.

    Its person wants little to move, unless `options` say otherwise: what moves is drawn sixty times a second, without
    a graphics card here, and a scene that sways has to be recognised anew in every turn.
    """
    page = browser.new_page(**{"viewport": WINDOW, "permissions": ["camera"], "reduced_motion": "reduce", **options})
    page.set_default_timeout(WAIT_MS)
    page.on("websocket", lambda socket: _live.update({page: socket}))
    page.goto(address)
    return page


@contextmanager
def visit(browser: Browser, address: str, **options: Any) -> Iterator[Page]:
    """A new tab, closed in the end; then it has nothing to complain about."""
    with open_page(browser, address, **options) as page:
        yield page
        assert complaints(page) == []


def complaints(page: Page) -> list[str]:
    """What a page did wrong: errors on the console, which tells of failed requests, too."""
    told = [one for one in page.console_messages(filter="all") if one.type in COMPLAINTS]
    return [f"{one.text} {one.location['url']}" for one in told] + [
        str(error) for error in page.page_errors(filter="all")
    ]


def wait_turns(page: Page, count: int = 1) -> None:
    """Waits until the camera has told the page of so many turns."""
    for _ in range(count):
        _live[page].wait_for_event("framereceived", lambda data: isinstance(data, str) and '"event":"turn"' in data)
