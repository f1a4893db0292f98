"""A page in a headless Chromium, used as a person uses it: by mouse, keyboard and files, never by its script.

What a page does wrong is kept in `complaints`: errors on the console, which tells of failed requests, too. For this
browser no other machine has a name, so any request to one fails.
"""

import base64
import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.web.devtools import DevTools, DevToolsError, Event

WINDOW_PX = (1440, 900)
WAIT_S = 60  # for a condition; it is met within a second or two, on a busy machine later
KEYS = {"Tab": 9, "Enter": 13, "Escape": 27, " ": 32, "ArrowLeft": 37, "ArrowRight": 39, "ArrowDown": 40}
CODES = {" ": "Space"}
TEXTS = {"Enter": "\r"}
CONTROLS = frozenset(
    "button checkbox combobox link listbox menuitem radio searchbox slider spinbutton switch tab textbox".split()
)

WAIT = """(timeout_ms) => new Promise((resolve, reject) => {
  const check = () => {
    const value = (%s);
    if (!value) return;
    observer.disconnect();
    clearTimeout(timer);
    resolve(value);
  };
  const observer = new MutationObserver(check);
  observer.observe(document, {subtree: true, childList: true, attributes: true, characterData: true});
  const timer = setTimeout(() => { observer.disconnect(); reject(new Error('not within the time')); }, timeout_ms);
  check();
})"""

PLACE = """(selector, scroll) => {
  const element = document.querySelector(selector);
  if (!element) return 'is not there';
  if (scroll) element.scrollIntoView({block: 'nearest', inline: 'nearest', behavior: 'instant'});
  const box = element.getBoundingClientRect();
  const at = [box.left + box.width / 2, box.top + box.height / 2];
  const top = document.elementFromPoint(...at);
  if (top && (element.contains(top) || top.contains(element))) return at;
  return 'is covered by ' + (top?.outerHTML ?? 'nothing');
}"""


def program() -> str | None:
    """Where a Chromium is, if there is one."""
    return shutil.which("chromium") or shutil.which("google-chrome")


class Browser:
    """A Chromium whose webcam is `film` (see webcam.py), and for which `names` (as evil.example) are this machine."""

    def __init__(self, folder: Path, film: Path | None = None, names: Sequence[str] = ()) -> None:
        found = program()
        assert found is not None
        rules = [*(f"MAP {name} 127.0.0.1" for name in names), "MAP * ~NOTFOUND", "EXCLUDE 127.0.0.1"]
        flags = [f"--host-resolver-rules={', '.join(rules)}"]
        if film is not None:
            flags += ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
            flags += [f"--use-file-for-fake-video-capture={film}"]
        self._downloads = folder / "downloads"
        self.devtools = DevTools(found, folder / "profile", flags)

    def open(self, address: str, beside: "Page | None" = None) -> "Page":
        """A new tab with `address`, loaded. Nothing is remembered of earlier ones but by one beside the same page."""
        context = beside.context if beside else self._context()
        page = Page(self.devtools, context)
        page.go(address)
        return page

    def _context(self) -> str:
        context = str(self.devtools.call("Target.createBrowserContext")["browserContextId"])
        wish = {"behavior": "allow", "downloadPath": str(self._downloads), "eventsEnabled": True}
        self.devtools.call("Browser.setDownloadBehavior", browserContextId=context, **wish)
        return context

    def download(self, page: "Page", selector: str) -> Path:
        """Clicks what leads to a file; the file."""
        page.click(selector)
        self.devtools.event("Browser.downloadWillBegin")
        while (state := self.devtools.event("Browser.downloadProgress"))["state"] == "inProgress":
            pass
        assert state["state"] == "completed", state
        return Path(state["filePath"])

    def close(self) -> None:
        """Ends the browser."""
        self.devtools.close()


class Page:
    """One tab."""

    def __init__(self, devtools: DevTools, context: str) -> None:
        self._devtools = devtools
        self.context = context
        self._target = devtools.call("Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
        self._session = devtools.call("Target.attachToTarget", targetId=self._target, flatten=True)["sessionId"]
        self.complaints: list[str] = []
        devtools.listeners[self._session].append(self._hear)
        for domain in ("Page", "Runtime", "Log"):
            self.call(f"{domain}.enable")
        self.view(*WINDOW_PX)

    def call(self, method: str, **parameters: Any) -> Event:
        """A command of the DevTools protocol for this tab."""
        return self._devtools.call(method, self._session, **parameters)

    def go(self, address: str) -> None:
        """Loads `address`."""
        self.call("Page.navigate", url=address)
        self._devtools.event("Page.loadEventFired", self._session)

    def reload(self) -> None:
        """As the browser's button does."""
        self.call("Page.reload")
        self._devtools.event("Page.loadEventFired", self._session)

    def close(self) -> None:
        """Closes the tab."""
        self._devtools.call("Target.closeTarget", targetId=self._target)

    # -- looking ----------------------------------------------------------------------------------------------

    def evaluate(self, expression: str) -> Any:
        """What a JavaScript expression gives, as JSON; a promise is awaited. DevToolsError when it throws."""
        answer = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise DevToolsError(details.get("exception", {}).get("description", details["text"]))
        return answer["result"].get("value")

    def wait(self, condition: str) -> Any:
        """The value of a JavaScript expression as soon as it is true; it is looked at whenever the page changes."""
        try:
            return self.evaluate(f"({WAIT % condition})({WAIT_S * 1000})")
        except DevToolsError as error:
            raise AssertionError(f"{condition}: {error}; the page says {self.text('body')!r}") from error

    def hear(self, text: str, times: int = 1) -> None:
        """Waits for messages with `text` on the page's WebSocket."""
        self.call("Network.enable")
        while times:
            message = self._devtools.event("Network.webSocketFrameReceived", self._session)
            times -= text in message["response"]["payloadData"]
        self.call("Network.disable")  # all pictures would come this way, too

    def text(self, selector: str) -> str:
        """What a person reads there."""
        return str(self.evaluate(f"document.querySelector({json.dumps(selector)}).innerText"))

    def tree(self) -> list[tuple[str, str]]:
        """Role and name of everything that is read aloud, in its order."""
        nodes = self.call("Accessibility.getFullAXTree")["nodes"]
        told = [node for node in nodes if not node["ignored"]]
        return [(node["role"]["value"], node.get("name", {}).get("value", "")) for node in told]

    def controls(self) -> list[tuple[str, str]]:
        """Role and name of everything that can be used."""
        return [(role, name) for role, name in self.tree() if role in CONTROLS]

    def view(self, width: int, height: int, scale: float = 1) -> None:
        """The size of the window, in CSS pixels, and how many of the display's are one of them."""
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=False
        )

    def prefer(self, **features: str) -> None:
        """What the person prefers: color_scheme="dark", reduced_motion="reduce"."""
        wishes = [{"name": "prefers-" + name.replace("_", "-"), "value": value} for name, value in features.items()]
        self.call("Emulation.setEmulatedMedia", features=wishes)

    def picture(self, path: Path) -> None:
        """Writes what the window shows, as PNG."""
        self.call("Page.bringToFront")
        data = self.call("Page.captureScreenshot", format="png")["data"]
        path.write_bytes(base64.b64decode(data))

    # -- doing ------------------------------------------------------------------------------------------------

    def click(self, selector: str) -> None:
        """A click in the middle of an element."""
        with self.held(selector):
            pass

    @contextmanager
    def held(self, selector: str) -> Iterator[None]:
        """The mouse button is down on an element meanwhile."""
        x, y = self._place(selector)
        self._mouse("mouseMoved", x, y)
        self._mouse("mousePressed", x, y)
        yield
        self._mouse("mouseReleased", x, y)

    def drag(self, selector: str, onto: str) -> None:
        """Carries an element to the middle of another one; the window shows both."""
        self._place(onto)
        start, end = self._place(selector), self._place(onto, scroll=False)
        self._mouse("mouseMoved", *start)
        self._mouse("mousePressed", *start)
        for part in (0.1, 0.5, 0.9, 1.0):
            self._mouse("mouseMoved", *(a + (b - a) * part for a, b in zip(start, end, strict=True)), held=True)
        self._mouse("mouseReleased", *end)

    def key(self, name: str) -> None:
        """Presses a key and lets it go: a character or a name of KEYS."""
        with self.key_held(name):
            pass

    @contextmanager
    def key_held(self, name: str) -> Iterator[None]:
        """A key is down meanwhile."""
        letter = "Key" + name.upper() if name.isascii() and name.isalpha() and len(name) == 1 else ""
        key = {
            "key": name,
            "code": CODES.get(name, letter or name),
            "windowsVirtualKeyCode": KEYS.get(name, ord(name[0].upper())),
        }
        text = TEXTS.get(name, name if len(name) == 1 else "")
        self.call("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", text=text, **key)
        yield
        self.call("Input.dispatchKeyEvent", type="keyUp", **key)

    def write(self, text: str) -> None:
        """Types a text where the focus is."""
        self.call("Input.insertText", text=text)

    def choose(self, selector: str, *paths: Path) -> None:
        """Gives files to the file input that an element is."""
        element = self.call("Runtime.evaluate", expression=f"document.querySelector({json.dumps(selector)})")
        files = [str(path) for path in paths]
        self.call("DOM.setFileInputFiles", files=files, objectId=element["result"]["objectId"])

    def _place(self, selector: str, scroll: bool = True) -> list[float]:
        """The middle of an element, scrolled into the window; nothing else may be before it."""
        place = self.evaluate(f"({PLACE})({json.dumps(selector)}, {json.dumps(scroll)})")
        assert isinstance(place, list), f"{selector} {place}"
        return place

    def _mouse(self, kind: str, x: float, y: float, held: bool = False) -> None:
        if held or kind != "mouseMoved":
            button = {"button": "left", "buttons": int(held), "clickCount": 1}
        else:
            button = {"button": "none"}
        self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, **button)

    # -- what it does wrong -----------------------------------------------------------------------------------

    def _hear(self, method: str, event: Event) -> None:
        complain = self.complaints.append
        if method == "Runtime.exceptionThrown":
            details = event["exceptionDetails"]
            complain(details.get("exception", {}).get("description", details["text"]))
        elif method == "Runtime.consoleAPICalled" and event["type"] in ("error", "warning", "assert"):
            complain(" ".join(str(part.get("value", part.get("description"))) for part in event["args"]))
        elif method == "Log.entryAdded" and event["entry"]["level"] in ("error", "warning"):
            complain(f"{event['entry']['text']} {event['entry'].get('url', '')}")
