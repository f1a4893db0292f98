"""Rules at work: real programs, a real broker, a real web server; failing, slow, hanging, and too many."""

import ast
import contextlib
import json
import os
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Queue

import pytest
from madeleine.monitor.actions import RulesSink
from madeleine.monitor.items import Change, Kind, Tick, Told
from madeleine.monitor.lane import WAITING_MAX, ActionError, Lane
from madeleine.monitor.rules import Rule, Run
from madeleine.monitor.rules_file import load
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from tests.monitor.servers import WAIT_S, free_port

NASTY = "'; touch hacked; $(touch hacked) `touch hacked` | & \\ \" * ？"


class Acting:
    """Rules from text, and what they report."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.reports: Queue[str] = Queue()
        self.sinks: list[RulesSink] = []

    def rules(self, text: str) -> None:
        path = self.folder / "rules.toml"
        path.write_text(text, encoding="utf-8")
        self.sinks.append(RulesSink(load(path), self.reports.put))

    def change(self, event: str, label: str, at_s: float = 0.0, distance: float | None = None) -> None:
        told = Told(at_s, Kind.OTHER, "", Change(event, label, at_s, distance))
        self.sinks[-1].take(Tick(at_s), [told, Told(at_s, Kind.OTHER, "no change")])

    def report(self) -> str:
        return self.reports.get(timeout=WAIT_S)

    def end(self) -> None:
        for sink in self.sinks:
            sink.close()


@pytest.fixture
def acting(tmp_path: Path) -> Iterator[Acting]:
    rules = Acting(tmp_path)
    yield rules
    rules.end()


def program(code: str, *arguments: str) -> str:
    """A rule's `run` that is a bit of Python."""
    return f"run = {json.dumps([sys.executable, '-c', code, *arguments])}\n"


KEEP = """
import os, sys
facts = (sys.argv[1:], os.environ['MADELEINE_LABEL'], os.environ['MADELEINE_EVENT'])
open('kept', 'a').write(repr(facts) + '\\n')
"""


def kept(acting: Acting) -> list:
    """What programs have written once the lanes have ended."""
    acting.end()
    assert acting.reports.empty(), acting.reports.get_nowait()
    path = acting.folder / "kept"
    return [ast.literal_eval(one) for one in path.read_text().splitlines()] if path.exists() else []


def test_a_program_gets_the_label_and_no_shell(acting: Acting) -> None:
    acting.rules("[[rule]]\nwhen = 'changes'\n" + program(KEEP, "--", "{label}", "$(touch hacked)"))
    acting.change("appears", NASTY)
    acting.change("goes", NASTY)
    arguments = ["--", NASTY, "$(touch hacked)"]
    assert kept(acting) == [(arguments, NASTY, "appears"), (arguments, NASTY, "goes")]
    assert not (acting.folder / "hacked").exists()


def test_only_the_rules_that_want_it(acting: Acting) -> None:
    acting.rules("[[rule]]\nname = 'cup'\n" + program(KEEP) + "[[rule]]\nwhen = 'goes'\n" + program(KEEP))
    acting.change("appears", "pen")
    acting.change("appears", "cup")
    acting.change("goes", "pen")
    assert [(label, event) for _, label, event in kept(acting)] == [("cup", "appears"), ("pen", "goes")]


def test_a_pause(acting: Acting) -> None:
    acting.rules("[[rule]]\npause_s = 10\n" + program(KEEP))
    for at_s in (100.0, 105.0, 109.9, 110.0, 50.0):  # the last one: the clock was set back
        acting.change("appears", f"at {at_s}", at_s)
    assert [label for _, label, _ in kept(acting)] == ["at 100.0", "at 110.0", "at 50.0"]


def test_what_fails_is_reported(acting: Acting) -> None:
    acting.rules("[[rule]]\n" + program("import sys; print('once\\nno sound card', file=sys.stderr); sys.exit(3)"))
    acting.change("appears", "cup")
    assert acting.report() == f"rule 1 (any name appears): {sys.executable} failed with 3: no sound card"
    acting.rules("[[rule]]\nrun = ['no-such-thing']\n")
    acting.change("appears", "cup")
    assert "program 'no-such-thing' not found" in acting.report()
    (acting.folder / "text").write_text("not a program")
    (acting.folder / "text").chmod(0o755)
    acting.rules("[[rule]]\nrun = ['./text']\n")
    acting.change("appears", "cup")
    assert "cannot be started (Exec format error)" in acting.report()


def test_a_program_that_floods_its_stderr(acting: Acting) -> None:
    flood = "import sys; sys.stderr.write('x' * 50_000_000 + '\\nlast words'); sys.exit(3)"
    acting.rules("[[rule]]\n" + program(flood))
    acting.change("appears", "cup")
    assert acting.report() == f"rule 1 (any name appears): {sys.executable} failed with 3: last words"


ESCAPE = pytest.param("setsid ", marks=pytest.mark.skipif(sys.platform != "linux", reason="found by /proc"))


@pytest.mark.parametrize("how", ["", ESCAPE])
def test_a_program_that_hangs_is_ended_with_its_children(acting: Acting, how: str) -> None:
    """The child keeps a pipe open as long as it lives, in a session of its own or not."""
    alive = acting.folder / "alive"
    os.mkfifo(alive)
    reading = os.open(alive, os.O_RDONLY | os.O_NONBLOCK)
    os.set_blocking(reading, True)
    child = f"{how}sh -c 'echo here; exec sleep 600' > alive & wait"
    acting.rules(f"[[rule]]\ntimeout_s = 2\nrun = ['sh', '-c', {json.dumps(child)}]\n")
    acting.change("appears", "cup")
    assert "ran longer than 2 s and was ended" in acting.report()
    with os.fdopen(reading, "rb") as pipe:
        assert pipe.read() == b"here\n"


def test_a_lane_drops_the_oldest_and_says_so() -> None:
    """The last state is what counts. One that hangs is held by an event, so nothing here waits for a clock."""
    held, entered, done, reports = threading.Event(), threading.Event(), [], Queue()

    class Slow:
        def __call__(self, rule: Rule, change: Change) -> None:
            entered.set()
            held.wait(WAIT_S)
            done.append(change.label)
            if change.label == "7":
                raise ValueError("a library's own")

        def close(self) -> None:
            done.append("closed")

    rule = Rule("rule 1", (), ("appears",), Run(("true",), Path("/")), 1, 0)
    lane = Lane(Slow(), reports.put)
    lane.put(rule, Change("appears", "first", 0.0))
    assert entered.wait(WAIT_S)
    for number in range(2 * WAITING_MAX):
        lane.put(rule, Change("appears", str(number + 7 - WAITING_MAX), 0.0))
    held.set()
    assert lane.close(time.monotonic() + WAIT_S) == 0
    assert done == ["first", *(str(number) for number in range(7, WAITING_MAX + 7)), "closed"]
    assert [reports.get(), reports.get()] == [
        "rule 1: cannot keep up, the oldest are left out",
        "rule 1: failed (ValueError: a library's own)",
    ]
    assert reports.empty()


def test_what_is_not_done_at_the_end_is_counted() -> None:
    held = threading.Event()

    class Slow:
        def __call__(self, rule: Rule, change: Change) -> None:
            held.wait(WAIT_S)
            raise ActionError("late")

        def close(self) -> None:
            held.set()

    lane = Lane(Slow(), lambda _: None)
    rule = Rule("rule 1", (), ("appears",), Run(("true",), Path("/")), 1, 0)
    lane.put(rule, Change("appears", "cup", 0.0))
    lane.put(rule, Change("appears", "cup", 0.0))
    assert lane.close(time.monotonic()) in (1, 2)
    lane.join(WAIT_S)
    assert not lane.is_alive()


# -- web hooks --------------------------------------------------------------------------------------------------------


def test_a_web_hook_is_called(acting: Acting, web) -> None:
    acting.rules(
        f"[[rule]]\nweb = {{ url = '{web.url}/seen/{{label}}?at={{time}}', headers = {{ X-Key = 'k' }} }}\n"
        f"[[rule]]\nweb = {{ url = '{web.url}/', method = 'PUT', message = 'I see {{label}}.' }}\n"
        f"[[rule]]\nweb = {{ url = '{web.url}/', method = 'GET' }}\n"
    )
    acting.change("appears", "é/ü?", 1763712000.0, 83.2)
    method, path, headers, body = web.asked.get(timeout=WAIT_S)
    assert (method, path.split("?")[0]) == ("POST", "/seen/%C3%A9%2F%C3%BC%3F")
    assert (headers["X-Key"], headers["Content-Type"]) == ("k", "application/json")
    said = json.loads(body)
    assert (said["label"], said["event"], said["distance"]) == ("é/ü?", "appears", 83.2)
    method, _, headers, body = web.asked.get(timeout=WAIT_S)
    assert (method, body.decode()) == ("PUT", "I see é/ü?.")
    assert headers["Content-Type"].startswith("text/plain")
    assert web.asked.get(timeout=WAIT_S)[::3] == ("GET", b"")
    acting.end()
    assert acting.reports.empty()


@pytest.mark.parametrize("status", [302, 404, 500])
def test_a_web_hook_that_answers_badly(acting: Acting, web, status: int) -> None:
    web.status = status
    acting.rules(f"[[rule]]\nweb = {{ url = '{web.url}/key' }}")
    acting.change("appears", "cup")
    told = acting.report()
    assert f"answers {status}" in told
    assert "key" not in told, "an address may hold a secret"


@pytest.mark.parametrize("start", [b"", b"HTTP/1.1 200 OK\r\n"])
def test_a_web_hook_that_drips(acting: Acting, start: bytes) -> None:
    """The time of a rule is that of the whole call, although each byte comes in time."""

    def drip(connection: socket.socket, _: object) -> None:
        with contextlib.suppress(OSError):
            connection.recv(4096)
            connection.sendall(start)
            while True:
                connection.sendall(b"X" if not start else b"X: y\r\n")
                time.sleep(0.05)

    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        acting.rules(f"[[rule]]\ntimeout_s = 0.5\nweb = {{ url = 'http://127.0.0.1:{port}/key' }}\n")
        acting.change("appears", "cup")
        connection, address = server.accept()
        began_s = time.monotonic()
        threading.Thread(target=drip, args=(connection, address), daemon=True).start()
        assert acting.report() == "rule 1 (any name appears): 127.0.0.1 does not answer within 0.5 s"
        assert time.monotonic() - began_s < 5
        connection.close()


def test_a_web_hook_that_hangs_or_is_not_there(acting: Acting, web) -> None:
    web.hold.clear()
    acting.rules(
        f"[[rule]]\ntimeout_s = 0.2\nweb = {{ url = '{web.url}/' }}\n"
        f"[[rule]]\nweb = {{ url = 'http://127.0.0.1:{free_port()}/' }}\n"
    )
    acting.change("appears", "cup")
    assert "does not answer within 0.2 s" in acting.report()
    assert "cannot be reached (ConnectError)" in acting.report()


def test_the_look_up_of_a_name_has_an_end(acting: Acting, monkeypatch) -> None:
    found = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found.wait() and [])
    acting.rules("[[rule]]\ntimeout_s = 0.2\nweb = { url = 'http://a.example/' }\n")
    acting.change("appears", "cup")
    assert acting.report() == "rule 1 (any name appears): a.example does not answer within 0.2 s"
    found.set()


# -- MQTT -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def heard(broker) -> Iterator[Callable[[], tuple[str, str, bool]]]:
    """The broker, started, and somebody who hears every message: (topic, text, retained)."""
    broker.start()
    messages: Queue[tuple[str, str, bool]] = Queue()
    subscribed = threading.Event()
    client = Client(CallbackAPIVersion.VERSION2)
    client.username_pw_set("teacher", "secret")
    client.on_connect = lambda *_: client.subscribe("#", 1)
    client.on_subscribe = lambda *_: subscribed.set()
    client.on_message = lambda _, __, one: messages.put((one.topic, one.payload.decode(), one.retain))
    client.connect("127.0.0.1", broker.port)
    client.loop_start()
    assert subscribed.wait(WAIT_S)
    yield lambda: messages.get(timeout=WAIT_S)
    client.disconnect()
    client.loop_stop()


def mqtt(port: int, more: str = "user = 'teacher'\npassword = 'secret'") -> str:
    return f"[mqtt]\nhost = '127.0.0.1'\nport = {port}\n{more}\n"


def test_messages_reach_a_real_broker(acting: Acting, broker, heard) -> None:
    acting.rules(
        "[[rule]]\nmqtt = { topic = 'room/{label}', message = '{label}: {distance}' }\n"
        "[[rule]]\nwhen = 'goes'\nmqtt = { topic = 'room', retain = true }\n" + mqtt(broker.port)
    )
    acting.change("appears", "a/b りんご", 0.0, 3.5)
    assert heard() == ("room/a_b りんご", "a/b りんご: 3.5", False)
    acting.change("goes", "cup", 1763712000.0)
    topic, text, _ = heard()
    assert topic == "room"
    assert json.loads(text)["event"] == "goes"
    acting.end()
    assert acting.reports.empty()


def test_many_messages_come_in_order(acting: Acting, broker, heard) -> None:
    acting.rules("[[rule]]\nmqtt = { topic = 'seen', message = '{label}' }\n" + mqtt(broker.port))
    for number in range(WAITING_MAX):
        acting.change("appears", str(number))
    assert [heard()[1] for _ in range(WAITING_MAX)] == [str(number) for number in range(WAITING_MAX)]


def test_a_broker_that_comes_later(acting: Acting, broker) -> None:
    acting.rules(
        "[[rule]]\ntimeout_s = 0.3\nmqtt = { topic = 'seen' }\n"
        "[[rule]]\nname = 'late'\ntimeout_s = 20\nmqtt = { topic = 'seen' }\n" + mqtt(broker.port)
    )
    acting.change("appears", "cup")
    assert "no connection to the broker" in acting.report()
    broker.start()
    acting.change("appears", "late")
    acting.end()
    reports = [acting.reports.get() for _ in range(acting.reports.qsize())]
    assert not any("rule 2" in report for report in reports), reports


def test_a_broker_that_was_away(acting: Acting, broker, heard) -> None:
    acting.rules("[[rule]]\ntimeout_s = 20\nmqtt = { topic = 'seen' }\n" + mqtt(broker.port))
    acting.change("appears", "before")
    assert "before" in heard()[1]
    broker.stop()
    broker.start()
    acting.change("appears", "after")
    acting.end()
    assert acting.reports.empty()


def test_a_broker_that_does_not_know_us(acting: Acting, broker) -> None:
    broker.start()
    acting.rules("[[rule]]\ntimeout_s = 2\nmqtt = { topic = 'seen' }\n" + mqtt(broker.port, ""))
    acting.change("appears", "cup")
    assert "it says Not authorized" in acting.report()


def test_a_failing_lane_holds_up_no_other(acting: Acting, web) -> None:
    """The web hook hangs, the broker is not there, and the programs run."""
    web.hold.clear()
    acting.rules(
        f"[[rule]]\nweb = {{ url = '{web.url}/' }}\n[[rule]]\ntimeout_s = 1\nmqtt = {{ topic = 'seen' }}\n[[rule]]\n"
        + program(KEEP)
        + mqtt(free_port())
    )
    fifo = acting.folder / "kept"
    os.mkfifo(fifo)
    acting.change("appears", "cup")
    assert "'cup', 'appears'" in fifo.read_text()
    web.hold.set()
