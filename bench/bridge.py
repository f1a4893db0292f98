"""How many cameras one bridge carries: memory, seconds until all are announced, a pulled cable, a broker's restart.

    python -m bench.bridge [CAMERAS]

The cameras are ptys that answer as the app does: the wire only. Needs mosquitto.
"""

import json
import os
import resource
import selectors
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from tests import ROOT
from tests.fakes.pty import PtyEnd
from tests.fakes.talking import app
from tests.monitor.app_lines import seen
from tests.monitor.servers import BrokerProcess

CAMERAS = 200
WAIT_S = 60.0
EVENTS = 5  # of each camera, while the broker is away


def boards(count: int) -> None:
    """The cameras, in a process of their own; a line on stdin pulls the first one, or lets all say something."""
    soft_hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft_hard, soft_hard))
    ends, answer = [PtyEnd() for _ in range(count)], app()
    found = selectors.DefaultSelector()
    for end in ends:
        found.register(end.master, selectors.EVENT_READ, end)
    found.register(sys.stdin, selectors.EVENT_READ)
    print(json.dumps([end.device for end in ends]), flush=True)
    while True:
        for key, _ in found.select():
            if key.data is not None:
                key.data.write(answer(key.data.read(0) or b""))
                continue
            for word in os.read(sys.stdin.fileno(), 4096).decode().splitlines():
                if word == "pull":
                    end = ends.pop(0)
                    found.unregister(end.master)
                    end.unplug()
                for end in ends if word != "pull" else ():
                    end.write((seen(word) + "\r\n").encode())


def listen_to_all(client: Client, port: int, take: Callable[[object, object, object], None]) -> None:
    """Let a client of MQTT hear every topic of the broker on this port; take(client, data, message) has each."""
    client.username_pw_set("teacher", "secret")
    client.reconnect_delay_set(0.02, 0.02)  # before the bridge is: the broker keeps no session
    client.on_connect = lambda *_: client.subscribe("#", 1)
    client.on_message = take
    client.connect("127.0.0.1", port)
    client.loop_start()


class Heard:
    """What reaches a listener."""

    def __init__(self, port: int) -> None:
        self.states: dict[str, str] = {}
        self.events: list[str] = []
        self.messages = 0
        self.news = threading.Condition()
        self.client = Client(CallbackAPIVersion.VERSION2, client_id="bench", clean_session=False)
        listen_to_all(self.client, port, self._take)

    def _take(self, _: object, __: object, message: object) -> None:
        with self.news:
            self.messages += 1
            if message.topic.endswith("/availability"):
                self.states[message.topic] = message.payload.decode()
            elif message.topic.endswith("/event"):
                self.events.append(message.topic + message.payload.decode())
            self.news.notify_all()

    def until(self, test: Callable[[], bool]) -> float:
        """Seconds until the test holds."""
        began_s = time.monotonic()
        with self.news:
            if not self.news.wait_for(test, WAIT_S):
                raise SystemExit(f"not within {WAIT_S:g} s: {len(self.events)} events, {len(self.states)} cameras")
        return time.monotonic() - began_s


def use_of(process: int | str) -> tuple[float, float]:
    """A process's resident memory in MB, and its seconds of CPU."""
    status = Path(f"/proc/{process}/status").read_text()
    rss_kb = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return rss_kb / 1024, (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main(count: int) -> None:
    """Prints the figures."""
    folder = Path(tempfile.mkdtemp())
    broker = BrokerProcess(folder)
    broker.start()
    config = folder / "bridge.toml"
    config.write_text(f"[mqtt]\nhost = '127.0.0.1'\nport = {broker.port}\nuser = 'teacher'\npassword = 'secret'\n")
    config.chmod(0o600)
    heard = Heard(broker.port)
    wire = subprocess.Popen(
        [sys.executable, "-m", "bench.bridge", "boards", str(count)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    devices = json.loads(wire.stdout.readline())
    command = [sys.executable, "-m", "madeleine", "bridge", "--config", str(config)]
    bridge = subprocess.Popen(
        [*command, *(word for device in devices for word in ("--port", device))], stdout=subprocess.DEVNULL
    )

    def tell(word: str) -> None:
        wire.stdin.write(word + "\n")
        wire.stdin.flush()

    def online() -> int:
        return list(heard.states.values()).count("online")

    try:
        print(f"{count} cameras announced after {heard.until(lambda: online() == count):.1f} s (its start included)")
        before_s, began_s = use_of(bridge.pid)[1], time.monotonic()
        threading.Event().wait(10)
        memory_mb, cpu_s = use_of(bridge.pid)
        print(f"memory {memory_mb:.0f} MB; idle, {(cpu_s - before_s) / (time.monotonic() - began_s):.1%} of one core")
        tell("pull")
        print(f"a pulled cable is noticed after {heard.until(lambda: online() == count - 1):.2f} s")
        tell("first")
        print(f"{count - 1} answers at once: the last one is published after ", end="")
        print(f"{heard.until(lambda: len(heard.events) >= count - 1):.2f} s")
        heard.events.clear()
        broker.stop()
        for number in range(EVENTS):
            tell(f"thing {number}")
        threading.Event().wait(2)
        heard.messages = 0
        broker.start()
        expected = EVENTS * (count - 1)
        seconds = heard.until(lambda: len(set(heard.events)) >= expected)
        threading.Event().wait(5)
        lost = expected - len({event for event in heard.events if "appeared" in event})
        print(
            f"broker restarted: {expected} answers of the time without it there after {seconds:.1f} s, {lost} lost, ",
            end="",
        )
        print(f"{heard.messages} messages in all; memory {use_of(bridge.pid)[0]:.0f} MB")
    finally:
        bridge.send_signal(signal.SIGINT)
        bridge.wait(30)
        wire.kill()
        broker.stop()


if __name__ == "__main__":
    if sys.argv[1:2] == ["boards"]:
        boards(int(sys.argv[2]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else CAMERAS)
