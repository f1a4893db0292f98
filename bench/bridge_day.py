"""A day of the bridge in a minute or two: a broker that restarts every hour, cameras that are unplugged at random.

    python -m bench.bridge_day [CAMERAS] [HOURS] [SEED]

The broker is mosquitto and the bridge's threads are its own; the cables are in memory, and the clock goes on as soon as
all threads wait (bench/virtual_clock.py). Prints memory by the hour, and at the end what is wrong of what a newcomer
hears from the broker, of the answers of the cameras and of the requests.
"""

import gc
import json
import random
import sys
import tempfile
import threading
import time
from pathlib import Path
from unittest import mock

from madeleine.bridge import worker
from madeleine.bridge.hub import Hub
from madeleine.bridge.snapshot import key_of
from madeleine.monitor.rules import Broker
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from bench.bridge import listen_to_all, use_of
from bench.day_cameras import Desk
from bench.virtual_clock import VirtualClock
from tests.monitor.servers import BrokerProcess

CAMERAS, HOURS, SEED = 20, 24, 1
STEP_S = 10.0
TICK_S = 2.0  # between two looks for requests; 0.2 outside
AWAY_S = (5.0, 120.0)  # the broker, every hour
UNSENT_MAX = 50  # messages on their way, before the clock stops for the broker
REAL_S = 30.0  # for what takes the broker a moment
REQUEST_CHANCE = 0.05  # in a step


class Listener:
    """Crosses off what was expected, and keeps the last message of each topic."""

    def __init__(self, port: int) -> None:
        self.answers: set[tuple[str, float]] = set()  # (topic, distance) of what cameras saw and was not published yet
        self.requests: set[int] = set()  # without a response
        self.last: dict[str, bytes] = {}
        self.messages = 0
        self.client = Client(CallbackAPIVersion.VERSION2)
        listen_to_all(self.client, port, self._take)

    def _take(self, _: object, __: object, message: object) -> None:
        self.messages += 1
        self.last[message.topic] = message.payload
        if message.topic.endswith("/event"):
            self.answers.discard((message.topic, json.loads(message.payload).get("distance")))
        elif message.topic.startswith("madeleine/bridge/response/"):
            self.requests.discard(json.loads(message.payload)["id"])


class Day:
    """Bridge, broker, cameras and clock, and what happens to them."""

    def __init__(self, cameras: int, seed: int) -> None:
        self.random = random.Random(seed)
        self.clock = VirtualClock()
        self.desk = Desk(cameras, self.clock, self.random)
        self.broker = BrokerProcess(Path(tempfile.mkdtemp()))
        self.broker.start()
        self.listener = Listener(self.broker.port)
        self.hub = Hub(Broker("127.0.0.1", self.broker.port, "teacher", "secret"), {}, (), "bench")
        self.acknowledged = self.asked = self.seen = 0
        self.hub.connection._client.on_publish = self._acknowledge

    def _acknowledge(self, *_: object) -> None:
        self.acknowledged += 1

    def step(self) -> None:
        """Ten seconds: things come and go before the lenses, cables in and out, somebody asks for something."""
        for camera in self.desk.cameras:
            if camera.happens(self.random) == "seen" and camera.is_heard:
                self.seen += 1
                self.listener.answers.add((f"madeleine/{camera.title}/event", camera.distance))
        self.desk.pull_or_plug()
        if self.random.random() < REQUEST_CHANCE and self.hub.connection.connected.is_set():
            self.ask(self.random.choice(self.desk.cameras).title)
        self.clock.until(lambda: False, STEP_S)
        self.let_it_send()

    def ask(self, title: str) -> None:
        self.asked += 1
        self.listener.requests.add(self.asked)
        body = json.dumps({"camera": title, "id": self.asked, "learn": self.random.choice(("cup", "pen", "りんご"))})
        self.listener.client.publish("madeleine/bridge/request/camera", body, 1).wait_for_publish(REAL_S)

    def let_it_send(self) -> None:
        """The clock stands while the broker is behind."""
        connection = self.hub.connection
        while connection.connected.is_set() and connection.sent - self.acknowledged > UNSENT_MAX:
            time.sleep(0.001)

    def until_quiet(self) -> None:
        """The day goes on until all that was expected has come; the broker needs real milliseconds for it."""
        end_s, heard = time.monotonic() + REAL_S, self.listener
        while heard.answers or heard.requests:
            if time.monotonic() > end_s:
                raise SystemExit(f"lost: answers {heard.answers}, requests {heard.requests}")
            self.clock.until(lambda: False, TICK_S)
            time.sleep(0.001)

    def restart_broker(self) -> None:
        self.until_quiet()  # this broker keeps nothing: what it has and has not handed on would be lost with it
        self.broker.stop()
        while self.hub.connection.connected.is_set():
            time.sleep(0.001)
        for _ in range(round(self.random.uniform(*AWAY_S) / STEP_S) + 1):
            self.step()
        self.broker.start()
        if not self.hub.connection.connected.wait(REAL_S):
            raise SystemExit("the bridge does not come back to the broker")

    def settle(self) -> None:
        """Two quiet minutes at the end."""
        self.clock.until(lambda: False, 120.0)
        self.until_quiet()
        while self.hub.connection.sent > self.acknowledged:
            time.sleep(0.001)

    def wrong(self) -> list[str]:
        """What a newcomer hears from the broker, and should not, or does not."""
        newcomer = Listener(self.broker.port)
        threading.Event().wait(1.0)
        newcomer.client.loop_stop()
        told, found = newcomer.last, []
        for camera in self.desk.cameras:
            topic = f"madeleine/{camera.title}"
            availability = told.pop(f"{topic}/availability", b"").decode()
            if availability != ("online" if camera.device else "offline"):
                found.append(f"{topic} is {availability!r}")
            announced = json.loads(told.pop(f"homeassistant/device/madeleine_{camera.id}/config", b"{}"))
            state = json.loads(told.pop(topic, b"{}"))
            if camera.device and state.get("seen") != (camera.seen or "nothing"):
                found.append(f"{topic} sees {state.get('seen')!r} and not {camera.seen!r}")
            if camera.device and state.get("classes") != camera.classes:
                found.append(f"{topic} has {state.get('classes')} and not {camera.classes}")
            if camera.device and not {key_of(name) for name in camera.classes} <= announced.get("cmps", {}).keys():
                found.append(f"{topic} announces other classes")
        return found + [f"{topic} is left over" for topic in told if not topic.startswith("madeleine/bridge/")]


def memory(began_s: float, hour: int, day: Day) -> None:
    """A line of the table."""
    gc.collect()
    objects, megabytes = len(gc.get_objects()), use_of("self")[0]
    print(f"| {hour} | {megabytes:.1f} | {objects:,} | {day.listener.messages:,} | {time.monotonic() - began_s:.0f} |")
    sys.stdout.flush()


def main(cameras: int, hours: int, seed: int) -> None:
    """Prints the table and what is wrong."""
    random.seed(seed)
    day = Day(cameras, seed)
    began_s = time.monotonic()
    print("| hour | memory, MB | objects | messages | real seconds |\n| ---: | ---: | ---: | ---: | ---: |")
    with (
        day.clock.used(),
        day.desk.used(),
        mock.patch.object(worker, "TICK_S", TICK_S),
        mock.patch.object(worker.Worker, "start", lambda one: day.clock.start(one)),
    ):
        thread = threading.Thread(target=day.hub.run, args=(lambda text: None,), daemon=True)
        day.clock.start(thread)
        for hour in range(1, hours + 1):
            while day.clock.now_s < 3600 * hour:
                day.step()
            day.restart_broker()
            memory(began_s, hour, day)
        day.settle()
        wrong = day.wrong()
        day.clock.end()
        day.hub.close()
        thread.join(REAL_S)
    day.broker.stop()
    print(f"{day.seen} answers and {day.asked} requests, none lost; cables pulled {day.desk.pulled} times;")
    print(f"dropped by the bridge: {day.hub.connection.dropped}; wrong at the end: {wrong or 'nothing'}")


if __name__ == "__main__":
    main(*(int(word) for word in [*sys.argv[1:], *map(str, (CAMERAS, HOURS, SEED)[len(sys.argv) - 1 :])]))
