"""A real broker, a listener that hears everything on it, and bridges that end with their test."""

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Queue

import pytest
from madeleine.bridge import hub as hub_module
from madeleine.bridge import worker
from madeleine.bridge.hub import Hub
from madeleine.monitor.rules import Broker
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from tests import ROOT
from tests.micropython.npm import Unavailable, npm
from tests.monitor.conftest import broker  # noqa: F401  # a fixture
from tests.monitor.servers import WAIT_S

INSTALL_S = 240
HEALTH = {
    "uptime_s": 5,
    "mqtt": {"connections": 1, "sent": 9, "dropped": 0},
    "cameras": {
        'a"b\\': {"online": True} | dict.fromkeys(("messages", "events", "requests", "failures", "connections"), 2)
    },
}


def npm_packages(name: str, *packages: str) -> Path:
    """A folder with packages of npm's, fetched if need be. Skips the test that is not asked for, or without npm."""
    if not os.environ.get("NODE_RED"):
        pytest.skip("NODE_RED is not set (CONTRIBUTING.md)")
    folder = Path(os.environ.get("MADELEINE_CACHE") or ROOT / ".cache") / "npm" / name
    if not (folder / "node_modules").is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        words = ["install", "--no-audit", "--no-fund", "--ignore-scripts", *packages]
        try:
            subprocess.run([*npm(), *words], cwd=folder, capture_output=True, check=True, timeout=INSTALL_S)
        except (Unavailable, subprocess.SubprocessError) as error:
            shutil.rmtree(folder)
            pytest.skip(f"npm install {' '.join(packages)}: {error}")
    return folder


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

    def until_all(self, *topics: str, fits: Callable[[str], bool] = bool) -> None:
        """A message that fits of each topic, in any order."""
        left = set(topics)
        while left:
            found, text, _ = self.messages.get(timeout=WAIT_S)
            self.last[found] = text
            if fits(text):
                left.discard(found)

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

    def start(*ports: str, names: dict[str, str] | None = None, say: Callable[[str], None] = lambda text: None) -> Hub:
        hub = Hub(Broker("127.0.0.1", broker.port, "teacher", "secret"), names or {}, ports, "0.1.0")
        thread = threading.Thread(target=hub.run, args=(say,))
        running.append((hub, thread))
        thread.start()
        return hub

    yield start
    for hub, thread in running:
        hub.close()
        thread.join(WAIT_S)


def name_of(device: str) -> str:
    return device.rpartition("/")[2]
