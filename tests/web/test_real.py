"""`madeleine web --camera`: the page for a real camera; here the virtual one on a pty."""

import http.client
import json
import signal
from collections.abc import Iterator
from contextlib import closing

import pytest
from madeleine import cli

from tests.fakes.virtual_camera import started
from tests.web.browser import Browser
from tests.web.person import counts, sees
from tests.web.test_program import DEADLINE_S, Program, running


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """The page of a camera before which a cup lies; once something was learned a desk comes, and the cup again."""
    with started(tmp_path_factory.mktemp("flash"), "--scenes", "cup", "desk") as camera:
        try:
            port = camera.stdout.readline().strip()
            with running("--camera", port) as program:
                yield program
                program.process.send_signal(signal.SIGINT)
                assert program.process.wait(DEADLINE_S) == 0
                assert program.process.stdout.read() == "The page is closed; the camera goes on.\n"
        finally:
            camera.kill()


def test_it_is_taught_and_asked_over_the_cable(real: Program) -> None:
    with real.tab() as tab:
        tab.until("turn")
        tab.say(do="usb", line='{"do": "learn", "name": "りんご"}')
        tab.until("knows", lambda knows: [one["name"] for one in knows["examples"]] == ["りんご"])
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
    page = browser.open(f"http://127.0.0.1:{real.port}/")
    sees(page, "りんご")
    for there, selector in ((False, "#screen"), (False, "#lens"), (True, "#teach"), (True, "#limit"), (True, "#usb")):
        assert page.evaluate(f"document.querySelector('{selector}').checkVisibility()") is there, selector
    page.click(".rename")
    page.evaluate("document.activeElement.select()")
    page.write("apple")
    page.key("Enter")
    counts(page, "apple", 1)
    page.click("#undo")
    counts(page, "りんご", 1)
    page.close()
    assert page.complaints == []


def test_no_camera(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("madeleine.camera.ports.candidates", lambda: [])
    monkeypatch.delenv("MADELEINE_PORT", raising=False)
    for port, why in (([], "no camera on USB"), (["/dev/no-such-port"], "/dev/no-such-port")):
        assert cli.main(["web", "--no-browser", "--port", "0", "--camera", *port]) == 1
        error = capsys.readouterr().err
        assert why in error and error.count("\n") == 1 and "--port" not in error
