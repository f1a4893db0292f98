"""`madeleine web --camera`: the page for a real camera; here the virtual one on a pty."""

import http.client
import json
import signal
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest
from madeleine import cli
from playwright.sync_api import Browser, expect

from tests.fakes.virtual_camera import started
from tests.web.browser import visit
from tests.web.person import counts, sees
from tests.web.test_program import DEADLINE_S, Program, running


class Cable:
    """A camera that is plugged in and pulled out: the name of its port stays, as with a board's own."""

    def __init__(self, folder: Path) -> None:
        self._flash = folder / "flash"
        self.port = folder / "port"

    @contextmanager
    def plugged_in(self) -> Iterator[Path]:
        """Before the camera lies a cup; once something was learned a desk comes, and the cup again."""
        with started(self._flash, "--scenes", "cup", "desk") as camera:
            try:
                self.port.unlink(missing_ok=True)
                self.port.symlink_to(camera.stdout.readline().strip())
                yield self.port
            finally:
                camera.kill()


@pytest.fixture(scope="module")
def cable(tmp_path_factory: pytest.TempPathFactory) -> Cable:
    return Cable(tmp_path_factory.mktemp("cable"))


@pytest.fixture(scope="module")
def plug(cable: Cable) -> Iterator[ExitStack]:
    """What is plugged in; closing pulls it."""
    with ExitStack() as plug:
        plug.enter_context(cable.plugged_in())
        yield plug


@pytest.fixture(scope="module")
def real(cable: Cable, plug: ExitStack) -> Iterator[Program]:
    """Its page, once the camera has been taught by it; each test of this module is right for itself."""
    with running("--camera", str(cable.port)) as program:
        with program.tab() as tab:
            tab.until("turn")
            tab.say(do="usb", line='{"do": "learn", "name": "りんご"}')
            tab.until("knows", lambda knows: [one["name"] for one in knows["examples"]] == ["りんご"])
        yield program
        program.process.send_signal(signal.SIGINT)
        assert program.process.wait(DEADLINE_S) == 0
        assert program.process.stdout.read() == "The page is closed; the camera goes on.\n"


def test_it_is_taught_and_asked_over_the_cable(real: Program) -> None:
    with real.tab() as tab:
        tab.until("turn", lambda turn: turn["seen"] and turn["seen"]["name"] == "りんご")
        turn = tab.until("turn", lambda turn: turn["seen"] is None)
        assert turn["selected"] == "りんご" and turn["distances"][0] > 200
        tab.usb("*limit 150", "set")
        tab.until("knows", lambda knows: knows["limit"] == 150)
        texts = [line["text"] for event in tab.heard if event["event"] == "said" for line in event["lines"]]
        assert not [text for text in texts if '"scores"' in text or '"id": "page"' in text]


def test_its_examples_as_a_file(real: Program) -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", real.port, timeout=DEADLINE_S)) as connection:
        connection.request("GET", "/examples")
        file = connection.getresponse().read()
        assert [row["name"] for row in map(json.loads, file.splitlines()) if "name" in row] == ["りんご"]
        connection.request("POST", "/examples?how=replace", file)
        assert connection.getresponse().read() == b'{"examples":1,"left_out":[]}'


def test_its_page(browser: Browser, real: Program) -> None:
    """Without a screen, a lens and buttons, which are elsewhere; the rest is the same."""
    with visit(browser, f"http://127.0.0.1:{real.port}/") as page:
        sees(page, "りんご")
        for selector in ("#screen", "#lens"):
            expect(page.locator(selector)).to_be_hidden()
        for selector in ("#teach", "#limit", "#usb"):
            expect(page.locator(selector)).to_be_visible()
        page.click(".rename")
        page.locator(":focus").fill("apple")
        page.keyboard.press("Enter")
        counts(page, "apple", 1)
        page.get_by_role("button", name="Undo").click()
        counts(page, "りんご", 1)


def test_a_pulled_cable(real: Program, cable: Cable, plug: ExitStack) -> None:
    """The page says so, and goes on when the camera is there again, with what that knows."""
    with real.tab() as tab:
        tab.until("turn")
        plug.close()
        assert tab.until("state")["text"] == "cable"
        with closing(http.client.HTTPConnection("127.0.0.1", real.port, timeout=DEADLINE_S)) as connection:
            connection.request("GET", "/examples")
            assert connection.getresponse().status == 409
        tab.say(do="usb", line='{"do": "forget", "name": "りんご"}')  # for nobody
        plug.enter_context(cable.plugged_in())
        tab.power("on")
        tab.until("knows", lambda knows: [one["name"] for one in knows["examples"]] == ["りんご"])
        tab.until("turn", lambda turn: turn["seen"] and turn["seen"]["name"] == "りんご")


def test_no_camera(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("madeleine.camera.ports.candidates", lambda: [])
    monkeypatch.delenv("MADELEINE_PORT", raising=False)
    for port, why in (([], "no camera on USB"), (["/dev/no-such-port"], "/dev/no-such-port")):
        assert cli.main(["web", "--no-browser", "--port", "0", "--camera", *port]) == 1
        error = capsys.readouterr().err
        assert why in error and error.count("\n") == 1 and "--port" not in error
