"""Which camera is which: its own id, wherever it is plugged in; twins; names that clash; announcements of before."""

import json
import threading
from collections.abc import Callable

from madeleine.bridge import hub as hub_module
from madeleine.bridge.hub import Hub
from madeleine.camera.ports import Port
from madeleine.camera.serial_port import SerialLine

from tests.bridge.conftest import Listener, name_of
from tests.fakes.board import fake_board
from tests.fakes.talking import ANSWERS, app
from tests.monitor.servers import WAIT_S


def identified(uid: str, name: str | None = None) -> Callable[[bytes], bytes]:
    """An app that tells its id, and its name if it has one."""
    event, fields = ANSWERS["status"]
    return app(status=(event, {**fields, "uid": uid, **({"friendly_name": name} if name else {})}))


def config(id: str) -> str:
    return f"homeassistant/device/madeleine_{id}/config"


def test_a_camera_brings_its_id_and_its_name(bridge: Callable[..., Hub], listener: Listener) -> None:
    with fake_board(identified("0badcafe", "desk 7")) as board:
        bridge(board.device)
        found = json.loads(listener.until(config("0badcafe")))
        assert (found["dev"]["name"], found["dev"]["sn"]) == ("desk 7", "0badcafe")
        assert listener.last["madeleine/desk 7/availability"] == "online"
    listener.until("madeleine/desk 7/availability", lambda text: text == "offline")
    assert not [topic for topic in listener.last if f"/{name_of(board.device)}" in topic], "of the port nothing is said"


def test_it_is_the_same_one_in_another_port(bridge: Callable[..., Hub], listener: Listener) -> None:
    with fake_board(identified("0badcafe", "desk")) as first:
        second = fake_board(identified("0badcafe", "desk"))
        board = second.__enter__()
        hub = bridge(first.device)
        listener.until("madeleine/desk/availability", lambda text: text == "online")
        first.unplug()
        listener.until("madeleine/desk/availability", lambda text: text == "offline")
        hub._ports = [board.device]
        listener.until("madeleine/desk/availability", lambda text: text == "online")
        second.__exit__(None, None, None)


def test_twins_and_names_that_clash(bridge: Callable[..., Hub], listener: Listener) -> None:
    with (
        fake_board(identified("0badcafe", "desk")) as one,
        fake_board(identified("0badcafe", "window")) as twin,
        fake_board(identified("12345678", "desk")) as other,
    ):
        hub = bridge(one.device)
        listener.until("madeleine/desk/availability", lambda text: text == "online")
        hub._ports = [one.device, twin.device, other.device]
        listener.until_all("madeleine/desk 12345678/availability", "madeleine/window/availability")
        cameras = hub.health()["cameras"]
    assert {name: cameras[name]["id"] for name in cameras} == {
        "desk": "0badcafe",
        "window": name_of(twin.device),
        "desk 12345678": "12345678",
    }


def test_an_update_gives_it_an_id_and_the_old_announcement_goes(
    bridge: Callable[..., Hub], listener: Listener, monkeypatch
) -> None:
    """Before, the number of the port was its id; the file's names still go by it."""
    old = {"stat_t": "madeleine/C5520001", "cmps": {}}
    for topic, text in ((config("C5520001"), json.dumps(old)), ("madeleine/C5520001", "old")):
        listener.client.publish(topic, text, 1, retain=True).wait_for_publish(WAIT_S)
    with fake_board(identified("0badcafe")) as board:
        monkeypatch.setattr(hub_module, "candidates", lambda: [Port(board.device, "M5StickV", "C5520001")])
        bridge(names={"C5520001": "desk"})
        listener.until_all(config("C5520001"), "madeleine/C5520001", fits=lambda text: not text)
        assert json.loads(listener.last[config("0badcafe")])["dev"]["name"] == "desk"


def test_who_is_unplugged_leaves_its_port_to_others(
    bridge: Callable[..., Hub], listener: Listener, monkeypatch
) -> None:
    """A camera whose port has a number is followed wherever it is; meanwhile its last device is another's."""
    opened = []
    monkeypatch.setattr("madeleine.camera.usb.SerialLine", lambda device: opened.append(device) or SerialLine(device))
    with fake_board(identified("aa", "desk")) as first, fake_board(identified("bb", "window")) as second:
        plugged = [Port(first.device, "M5StickV", "C1")]
        monkeypatch.setattr(hub_module, "candidates", lambda: plugged)
        hub = bridge()
        listener.until("madeleine/desk/availability", lambda text: text == "online")
        plugged[:] = [Port(second.device, "M5StickV", "C2")]
        first.unplug()
        listener.until_all("madeleine/window", "madeleine/desk/availability", fits=lambda text: text != "online")
        opened.clear()
        listener.say("madeleine/bridge/request/camera", {"camera": "desk", "undo": True})
        answer = json.loads(listener.until("madeleine/bridge/response/camera"))
        assert answer["error"] == "it is not plugged in" and first.device not in opened
        assert hub.health()["cameras"]["desk"]["trouble"] == "it is not plugged in"


def test_it_says_what_changes(bridge: Callable[..., Hub], listener: Listener) -> None:
    said, told = [], threading.Event()

    def say(text: str) -> None:
        said.append(text)
        told.set()

    with fake_board(identified("0badcafe", "desk")) as board:
        bridge(board.device, say=say)
        assert told.wait(WAIT_S)
        told.clear()
    assert told.wait(WAIT_S)
    assert said[0] == f"desk (id 0badcafe) on {board.device}" and board.device in said[1]
