"""docs/node-red.json in Node-RED itself: its button teaches a camera, and it shows what the camera sees.

NODE_RED=1 asks for it: npm fetches 240 packages, 117 MB, once (CONTRIBUTING.md).
"""

import json
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from madeleine.bridge.hub import Hub

from tests import ROOT
from tests.bridge.conftest import Listener, name_of, npm_packages
from tests.fakes.board import fake_board
from tests.fakes.talking import app
from tests.micropython.npm import node
from tests.monitor.app_lines import seen
from tests.monitor.servers import BrokerProcess, free_port

VERSION = "4.1.15"
START_S = 60
SETTINGS = {
    "uiHost": "127.0.0.1",
    "flowFile": "flows.json",
    "credentialSecret": False,
    "telemetry": {"enabled": False},
    "editorTheme": {"tours": False},
    "logging": {"console": {"level": "info"}},
}


@pytest.fixture
def editor(broker: BrokerProcess, tmp_path: Path) -> Iterator[str]:
    """The address of Node-RED with our flow, whose broker is ours."""
    program = npm_packages(f"node-red-{VERSION}", f"node-red@{VERSION}") / "node_modules/node-red/red.js"
    flow = json.loads((ROOT / "docs/node-red.json").read_text(encoding="utf-8"))
    next(part for part in flow if part["type"] == "mqtt-broker").update(broker="127.0.0.1", port=str(broker.port))
    (tmp_path / "flows.json").write_text(json.dumps(flow))
    (tmp_path / "flows_cred.json").write_text('{"madeleine_broker": {"user": "teacher", "password": "secret"}}')
    port = free_port()
    (tmp_path / "settings.js").write_text(f"module.exports = {json.dumps(SETTINGS | {'uiPort': port})}")
    command = [*node(), str(program), "--userDir", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            said = []
            for line in process.stdout:
                said.append(line)
                if "Connected to broker" in line:
                    break
            assert "Connected to broker" in said[-1], "".join(said)
            yield f"127.0.0.1:{port}"
        finally:
            process.kill()


def test_the_flow(bridge: Callable[..., Hub], listener: Listener, editor: str) -> None:
    from websockets.sync.client import connect

    with fake_board(app()) as board, connect(f"ws://{editor}/comms") as shown:
        bridge(board.device)
        listener.until(f"madeleine/{name_of(board.device)}/availability", lambda text: text == "online")
        shown.send('{"subscribe": "debug"}')

        def next_of(node: str) -> dict:
            while True:
                for message in json.loads(shown.recv(START_S)):
                    if message.get("topic") == "debug" and message["data"]["id"] == node:
                        return message["data"]

        button = urllib.request.Request(f"http://{editor}/inject/madeleine_teach", b"", method="POST")
        urllib.request.urlopen(button, timeout=START_S).close()
        answer = json.loads(next_of("madeleine_answer")["msg"])
        assert answer["ok"] and answer["answer"]["name"] == "cup" and b'"do": "learn", "name": "cup"' in board.heard
        board.say(seen("りんご").encode() + b"\r\n")
        assert next_of("madeleine_show")["msg"] == "りんご"
