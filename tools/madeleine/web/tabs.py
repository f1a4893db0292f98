"""Who is looking: the tabs of the page, what each is still to be told, who holds the lens and which button.

Bounded on every side: so many tabs, so much text waiting for each, one screen on its way. A tab that does not read
is lost; one that shows nothing (it is hidden, or its computer is busy) gets no further screen.
"""

import asyncio
import json
import time
from collections import deque
from typing import Any

from madeleine.web.messages import Order

TABS_MAX = 64
TEXTS_MAX = 256  # that wait for one tab: ten seconds of all there is to say
SAID_KEPT = 200  # lines, for a tab that comes later
KEPT = ("state", "knows")  # events of which a tab that comes later is told the last


class Tab:
    """One page that is open somewhere."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.held: set[str] = set()  # buttons
        self.lost = False  # it does not read
        self._texts: deque[str] = deque()
        self._screen: bytes | None = None
        self._shows = True  # the last screen it was sent
        self._news = asyncio.Event()

    def tell(self, text: str) -> None:
        """Something to send, in this order."""
        if len(self._texts) >= TEXTS_MAX:
            self.lost = True
        else:
            self._texts.append(text)
        self._news.set()

    def refuse(self, text: str) -> None:
        """Why something is not done."""
        self.tell(_text({"event": "refused", "text": text}))

    def show(self, screen: bytes) -> None:
        """The newest screen; one that was not sent yet is dropped."""
        self._screen = screen
        self._news.set()

    def shown(self) -> None:
        """The last screen is shown; the next one may come."""
        self._shows = True
        self._news.set()

    async def next(self) -> str | bytes | None:
        """What is to be sent next, as soon as there is something; None when the tab is lost."""
        while not (self.lost or self._texts or (self._shows and self._screen is not None)):
            self._news.clear()
            await self._news.wait()
        if self.lost:
            return None
        if self._texts:
            return self._texts.popleft()
        screen, self._screen, self._shows = self._screen, None, False
        return screen


class Tabs:
    """All of them, and what a new one has to know. `hello` is said first to each."""

    def __init__(self, hello: dict[str, Any]) -> None:
        self._hello = hello
        self._tabs: list[Tab] = []  # the one that came or asked for the lens last is the last
        self._lens: Tab | None = None
        self._last: dict[str, dict[str, Any]] = {}
        self._said: deque[dict[str, str]] = deque(maxlen=SAID_KEPT)
        self._screen: bytes | None = None
        self._count = 0

    @property
    def power(self) -> str:
        """The board's state, as the last event told it."""
        return str(self._last.get("state", {}).get("power", "off"))

    def join(self) -> Tab | None:
        """A new tab; None when there are too many."""
        if len(self._tabs) >= TABS_MAX:
            return None
        self._count += 1
        tab = Tab(self._count)
        self._tabs.append(tab)
        if self._lens is None:
            self._lens = tab
        tab.tell(_text({"event": "hello", **self._hello, "lens": self._lens is tab}))
        for event in self._last.values():
            tab.tell(_text(event))
        tab.tell(_text({"event": "said", "lines": list(self._said)}))
        if self._screen is not None:
            tab.show(self._screen)
        return tab

    def leave(self, tab: Tab) -> list[Order]:
        """A tab has gone; what that does to the buttons."""
        self._tabs.remove(tab)
        if self._lens is tab:
            self._lens = None
            if self._tabs:
                self.take_lens(self._tabs[-1])
        return [order for name in sorted(tab.held) for order in self.press(tab, name, False)]

    def take_lens(self, tab: Tab) -> None:
        """The newest wish wins."""
        before, self._lens = self._lens, tab
        self._tabs.sort(key=lambda other: other is tab)
        if before is not tab:
            if before is not None:
                before.tell(_text({"event": "lens", "held": False}))
            tab.tell(_text({"event": "lens", "held": True}))

    def has_lens(self, tab: Tab) -> bool:
        """Do this tab's pictures count?"""
        return self._lens is tab

    def press(self, tab: Tab, name: str, down: bool) -> list[Order]:
        """A tab presses or releases a button, which is down as long as anybody holds it; the orders for the board."""
        before = self._is_held(name) or name in tab.held
        (tab.held.add if down else tab.held.discard)(name)
        after = self._is_held(name)
        return [{"do": "button", "name": name, "down": after, "at_s": time.monotonic()}] if after != before else []

    def _is_held(self, name: str) -> bool:
        return any(name in tab.held for tab in self._tabs)

    def hear(self, event: dict[str, Any] | bytes) -> None:
        """Something that the board tells, for everybody."""
        if isinstance(event, bytes):
            self._screen = event
            for tab in self._tabs:
                tab.show(event)
            return
        if event["event"] in KEPT:
            self._last[event["event"]] = event
        elif event["event"] == "said":
            self._said.extend(event["lines"])
        self._tell(event)

    def _tell(self, event: dict[str, Any]) -> None:
        """A picture's number means something to the tab that sent it, and nothing to the others."""
        mark = event.get("frame")
        text = _text(event if mark is None else {**event, "frame": None})
        for tab in self._tabs:
            if mark is not None and mark[0] == tab.number:
                tab.tell(_text({**event, "frame": mark[1]}))
            else:
                tab.tell(text)


def _text(message: dict[str, Any]) -> str:
    return json.dumps(message, separators=(",", ":"))
