"""The bridge with a real broker and cameras on ptys: announced, seen, taught, pulled; a broker that restarts."""

import json
import urllib.request

import pytest
from madeleine.bridge.metrics import MetricsServer, text_of
from madeleine.bridge.names import REQUEST, RESPONSE, Identity, identity_of, place_of
from madeleine.bridge.settings_file import load
from madeleine.camera.ports import Port
from madeleine.monitor.rules_file import RulesError

from tests import ROOT
from tests.bridge.conftest import HEALTH, name_of
from tests.fakes.board import fake_board
from tests.fakes.talking import app
from tests.monitor.app_lines import line, seen
from tests.monitor.servers import WAIT_S


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


def test_after_a_restart_of_the_broker_all_is_said_again(bridge, listener, broker) -> None:
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
        listener.until_all(*topics)
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
        gone = ("madeleine/old name", "madeleine/old name/availability")
        listener.until_all(*(name for name in gone if listener.last[name]), fits=lambda text: not text)
        listener.say("madeleine/bridge/request/remove", {"camera": id})
        listener.until(topic, lambda text: not text)


def test_the_id_is_apart_from_the_name() -> None:
    place = place_of(Port("/dev/ttyUSB0", "M5StickV", "C552/1"))
    assert identity_of(place, {}).id == place == "C552_1"
    named = identity_of(place, {"C552_1": "bridge"})
    assert (named.id, named.state) == ("C552_1", "madeleine/bridge_")
    assert place_of(Port("COM5")) == "COM5"
    assert identity_of("COM5", {}, "0bad/afe", "desk") == Identity("0bad_afe", "desk")
    assert identity_of("COM5", {"COM5": "window"}, "0badcafe", "desk").name == "window", "the file goes before"
    assert identity_of("COM5", {"COM5": "window", "0badcafe": "door"}, "0badcafe", "desk").name == "door"


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


def test_the_flow_for_node_red_names_what_there_is() -> None:
    """Its topics and wires; test_node_red.py runs it."""
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
