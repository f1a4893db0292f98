"""The first program of docs/BRIDGE.md, and of the Japanese page, as it stands there but for the broker's address."""

import itertools
import re
import subprocess
import sys
from collections.abc import Callable

import pytest
from madeleine.bridge.hub import Hub

from tests import ROOT
from tests.bridge.conftest import Listener, name_of
from tests.fakes.board import fake_board
from tests.fakes.talking import app
from tests.monitor.app_lines import seen
from tests.monitor.servers import BrokerProcess

BROKER = 'hostname="localhost"'


@pytest.mark.parametrize("page", ["BRIDGE.md", "BRIDGE.ja.md"])
def test_the_first_program(page: str, bridge: Callable[..., Hub], listener: Listener, broker: BrokerProcess) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    program = re.search(r"```python\n(.*?)```", text, re.DOTALL)[1]
    assert BROKER in program
    ours = f'hostname="127.0.0.1", port={broker.port}, auth={{"username": "teacher", "password": "secret"}}'
    with fake_board(app()) as board:
        bridge(board.device)
        listener.until(f"madeleine/{name_of(board.device)}/availability", lambda state: state == "online")
        command = [sys.executable, "-c", program.replace(BROKER, ours)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            for name in itertools.cycle(("cup", "りんご")):  # until it has subscribed and heard one
                board.say(seen(name).encode() + b"\r\n")
                try:
                    process.wait(0.1)
                    break
                except subprocess.TimeoutExpired:
                    continue
            assert process.stdout.read().split()[0] == name_of(board.device)
