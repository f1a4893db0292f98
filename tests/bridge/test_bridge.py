"""The bridge with a real broker and cameras on ptys: announced, seen, taught, pulled; a broker that restarts."""

import json
import re
import threading
import urllib.request
from collections.abc import Callable, Iterator
from queue import Queue

import pytest
from madeleine.bridge import hub as hub_module
from madeleine.bridge import worker
from madeleine.bridge.hub import Hub
from madeleine.bridge.metrics import MetricsServer, text_of
from madeleine.bridge.names import REQUEST, RESPONSE, identity_of
from madeleine.bridge.settings_file import load
from madeleine.camera.ports import Port
from madeleine.monitor.rules import Broker
from madeleine.monitor.rules_file import RulesError
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from tests import ROOT
from tests.fakes.board import fake_board
from tests.fakes.talking import app
from tests.monitor.app_lines import line, seen
from tests.monitor.conftest import broker  # noqa: F401  # a fixture
from tests.monitor.servers import WAIT_S


class Listener:
    """Hears everything on the broker."""

    def __init__(self, port: int) -> None:
        self.messages: Queue[tuple[str, str, bool]] = Queue()
        self.last: dict[str, str] = {}
        subscribed = threading.Event()
        self.client = Client(CallbackAPIVersion.VERSION2)
        self.client.username_pw_set("teacher", "secret")
        self.client.reconnect_delay_set(0.02, 0.02)  # before the bridge is: the broker keeps no session
        self.client.on_connect = lambda *_: self.client.subscribe("#", 1)
        self.client.on_subscribe = lambda *_: subscribed.set()
        self.client.on_message = lambda _, __, one: self.messages.put((one.topic, one.payload.decode(), one.retain))
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()
        assert subscribed.wait(WAIT_S)

    def until(self, topic: str, fits: Callable[[str], bool] = bool) -> str:
        """The next message of a topic that fits."""
        while True:
            found, text, _ = self.messages.get(timeout=WAIT_S)
            self.last[found] = text
            if found == topic and fits(text):
                return text

    def say(self, topic: str, payload: object) -> None:
        self.client.publish(topic, payload if isinstance(payload, str) else json.dumps(payload), 1)


@pytest.fixture
def listener(broker) -> Iterator[Listener]:  # noqa: F811
    broker.start()
    heard = Listener(broker.port)
    yield heard
    heard.client.disconnect()
    heard.client.loop_stop()


@pytest.fixture
def bridge(broker, monkeypatch) -> Iterator[Callable[..., Hub]]:  # noqa: F811
    """Starts a bridge for these ports; it ends with the test."""
    monkeypatch.setattr(hub_module, "LOOK_S", 0.05)
    monkeypatch.setattr(worker, "RETRY_S", (0.05, 0.1))
    monkeypatch.setattr(worker, "TICK_S", 0.02)
    monkeypatch.setattr("madeleine.bridge.broker.RETRY_S", (1, 2))
    running: list[tuple[Hub, threading.Thread]] = []

    def start(*ports: str, names: dict[str, str] | None = None) -> Hub:
        hub = Hub(Broker("127.0.0.1", broker.port, "teacher", "secret"), names or {}, ports, "0.1.0")
        thread = threading.Thread(target=hub.run, args=(lambda text: None,))
        running.append((hub, thread))
        thread.start()
        return hub

    yield start
    for hub, thread in running:
        hub.close()
        thread.join(WAIT_S)


def name_of(device: str) -> str:
    return device.rpartition("/")[2]


def test_a_camera_is_announced_seen_and_pulled(bridge, listener) -> None:
    with fake_board(app()) as board:
        bridge(board.device, names={name_of(board.device): "desk/+#"})
        found = json.loads(listener.until(f"homeassistant/device/madeleine_{name_of(board.device)}/config"))
        assert found["dev"]["name"] == "desk___" and found["dev"]["sw"] == "0.1.0"
        assert found["avty"] == [{"t": "madeleine/bridge/state"}, {"t": "madeleine/desk___/availability"}]
        components = found["cmps"]
        assert components["seen"]["ops"] == ["nothing", "cup", "りんご"]
        platforms = sorted({component["p"] for component in components.values()})
        assert platforms == ["binary_sensor", "button", "event", "number", "select", "sensor"]
        assert len({component["uniq_id"] for component in components.values()}) == len(components)
        state = json.loads(listener.until("madeleine/desk___"))
        assert (state["seen"], state["limit"], state["examples"]) == ("nothing", 200, 3)
        board.say(seen("りんご", sure=True).encode() + b"\r\n")
        event = json.loads(listener.until("madeleine/desk___/event"))
        assert (event["event_type"], event["name"], event["distance"]) == ("appeared", "りんご", 83.2)
        state = json.loads(listener.until("madeleine/desk___"))
        key = next(key for key, one in components.items() if one.get("name") == "りんご")
        assert (state["seen"], state["is"][key]) == ("りんご", "ON")
        board.say((line("gauge", value=42, unit="ml") + "\r\n").encode())
        assert json.loads(listener.until("madeleine/desk___"))["gauge"] == 42
    assert json.loads(listener.until("madeleine/desk___/event"))["event_type"] == "gone"
    listener.until("madeleine/desk___/availability", lambda text: text == "offline")


def test_no_name_stands_in_a_template(bridge, listener) -> None:
    nasty = "{{ states }} ' %}"
    classes = ("list", {"classes": [[nasty, 1]], "ignored": 0, "examples": 1})
    with fake_board(app(list=classes)) as board:
        bridge(board.device)
        found = json.loads(listener.until(f"homeassistant/device/madeleine_{name_of(board.device)}/config"))
    for component in found["cmps"].values():
        assert not any(nasty in str(value) for key, value in component.items() if key.endswith("_tpl"))


def test_commands_and_requests(bridge, listener) -> None:
    no = ("refused", {"code": "nothing", "text": "No examples of pen"})
    with fake_board(app(forget=no)) as board:
        name = name_of(board.device)
        bridge(board.device)
        listener.until(f"madeleine/{name}/availability", lambda text: text == "online")
        listener.say(f"madeleine/{name}/set", {"limit": 150})
        listener.say(f"madeleine/{name}/set", {"teach_as": "cup"})
        listener.until(f"madeleine/{name}", lambda text: json.loads(text)["teach_as"] == "cup")
        assert b'"limit", "value": "150"' in board.heard
        ask, answers = "madeleine/bridge/request/camera", "madeleine/bridge/response/camera"
        listener.say(ask, {"camera": name, "learn": "cup", "id": 7})
        answer = json.loads(listener.until(answers))
        assert (answer["id"], answer["ok"], answer["answer"]["count"], answer["camera"]) == (7, True, 1, name)
        listener.until(f"madeleine/{name}/event", lambda text: json.loads(text)["event_type"] == "learned")
        listener.say(ask, {"camera": name, "forget": "pen", "id": "b"})
        answer = json.loads(listener.until(answers))
        assert (answer["id"], answer["ok"], answer["code"]) == ("b", False, "nothing")
        for wrong, why in (
            ({"camera": "nobody", "undo": True}, "no camera"),
            ({"camera": name, "reset": "yes"}, "ask for one of"),
            ({"camera": name, "set": {"link": "brownie"}}, "no setting"),
            ({"camera": name, "learn": 5}, "a name is a text"),
            ("[" * 9000, "4096 bytes"),
            ("nonsense", "JSON object"),
        ):
            listener.say(ask, wrong)
            assert why in json.loads(listener.until(answers))["error"]
        listener.say("madeleine/bridge/request/all", {"undo": True})
        assert json.loads(listener.until("madeleine/bridge/response/all"))["answer"]["what"] == "anchor"
        listener.say(f"madeleine/{name}/set", {"forget": "pen"})
        listener.until(f"madeleine/{name}/event", lambda text: json.loads(text)["event_type"] == "error")
        listener.say("madeleine/bridge/request/health", {"id": 1})
        health = json.loads(listener.until("madeleine/bridge/response/health"))["answer"]
        assert health["cameras"][name]["online"] and health["cameras"][name]["requests"] >= 6
        listener.say("madeleine/bridge/request/dance", {"id": 1})
        assert "no request 'dance'" in json.loads(listener.until("madeleine/bridge/response/dance"))["error"]


def test_after_a_restart_of_the_broker_all_is_said_again(bridge, listener, broker) -> None:  # noqa: F811
    with fake_board(app()) as board:
        name = name_of(board.device)
        hub = bridge(board.device)
        listener.until(f"madeleine/{name}", bool)
        broker.stop()  # it keeps nothing: what was retained is lost
        while hub.connection.connected.is_set():
            pass
        board.say(seen("cup").encode() + b"\r\n")
        broker.start()
        topics = {f"madeleine/{name}/availability", f"madeleine/{name}", f"madeleine/{name}/event"}
        topics |= {f"homeassistant/device/madeleine_{name}/config", "madeleine/bridge/state"}
        while topics:
            topics.discard(listener.messages.get(timeout=WAIT_S)[0])
        assert hub.connection.dropped == 0


def test_what_an_earlier_bridge_announced_is_cleared(bridge, listener) -> None:
    with fake_board(app()) as board:
        id = name_of(board.device)
        topic = f"homeassistant/device/madeleine_{id}/config"
        old = {"stat_t": "madeleine/old name", "cmps": {"class_0badcafe": {"p": "binary_sensor", "name": "pen"}}}
        listener.client.publish(topic, json.dumps(old), 1, retain=True).wait_for_publish(WAIT_S)
        for name in ("madeleine/old name", "madeleine/old name/availability"):
            listener.client.publish(name, "old", 1, retain=True).wait_for_publish(WAIT_S)
        bridge(board.device)
        cleared = listener.until(topic, lambda text: "class_0badcafe" in text and "Seen" in text)
        assert json.loads(cleared)["cmps"]["class_0badcafe"] == {"p": "binary_sensor"}
        left = {"madeleine/old name", "madeleine/old name/availability"} - {
            name for name, text in listener.last.items() if not text
        }
        for name in left:
            listener.until(name, lambda text: not text)
        listener.say("madeleine/bridge/request/remove", {"camera": id})
        listener.until(topic, lambda text: not text)


def test_the_id_is_apart_from_the_name() -> None:
    port = Port("/dev/ttyUSB0", "M5StickV", "C552/1")
    assert identity_of(port, {}).id == "C552_1"
    named = identity_of(port, {"C552_1": "bridge"})
    assert (named.id, named.state) == ("C552_1", "madeleine/bridge_")
    assert identity_of(Port("COM5"), {}).id == "COM5"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("[mqtt]\nhost = 5", "host"),
        ("[cameras]", "'cameras' is unknown"),
        ("[names]\na = 5", "an id and a name"),
        ("[names]\na = 'x'\nb = 'x'", "two cameras have one name"),
        ("[", "not valid TOML"),
    ],
)
def test_a_file_that_is_not_right(text: str, what: str, tmp_path) -> None:
    path = tmp_path / "bridge.toml"
    path.write_text(text)
    with pytest.raises(RulesError, match=what):
        load(path)


HEALTH = {
    "uptime_s": 5,
    "mqtt": {"connections": 1, "sent": 9, "dropped": 0},
    "cameras": {
        'a"b\\': {"online": True} | dict.fromkeys(("messages", "events", "requests", "failures", "connections"), 2)
    },
}


def test_the_files_for_others_name_what_there_is() -> None:
    """The dashboard's metrics, the flow's topics and wires."""
    text, dashboard = text_of(HEALTH), (ROOT / "docs/grafana.json").read_text(encoding="utf-8")
    assert set(re.findall(r"madeleine_[a-z_]+(?=\W)", dashboard)) <= set(re.findall(r"madeleine_[a-z_]+", text))
    assert len(json.loads(dashboard)["panels"]) == 6
    nodes = {node["id"]: node for node in json.loads((ROOT / "docs/node-red.json").read_text(encoding="utf-8"))}
    wires = {target for node in nodes.values() for outputs in node.get("wires", []) for target in outputs}
    assert wires <= set(nodes)
    topics = {node["topic"] for node in nodes.values() if "topic" in node}
    assert topics == {"madeleine/+/event", f"{REQUEST}/all", f"{RESPONSE}/all"}


def test_metrics() -> None:
    text = text_of(HEALTH)
    assert 'madeleine_camera_online{camera="a\\"b\\\\"} 1\n' in text
    server = MetricsServer(0, lambda: HEALTH)
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/metrics", timeout=WAIT_S) as answer:
            assert answer.read().decode() == text
        for headers in (
            {"Host": f"evil.example:{server.port}"},
            {"Host": "127.0.0.1"},
            {"Origin": "http://evil.example"},
        ):
            asked = urllib.request.Request(f"http://127.0.0.1:{server.port}/metrics", headers=headers)
            with pytest.raises(urllib.error.HTTPError, match="403"):
                urllib.request.urlopen(asked, timeout=WAIT_S)
    finally:
        server.close()
