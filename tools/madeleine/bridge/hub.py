"""All cameras and the broker, wired: finds cameras, hands requests on, says how it stands."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from madeleine import clock
from madeleine.bridge.broker import Connection
from madeleine.bridge.discovery import announced
from madeleine.bridge.names import (
    BASE,
    DISCOVERY,
    HEALTH,
    OFFLINE,
    ONLINE,
    REQUEST,
    RESPONSE,
    Identity,
    identity_of,
    place_of,
)
from madeleine.bridge.requests import BadRequest, read
from madeleine.bridge.worker import Asked, Worker
from madeleine.camera.events import Status
from madeleine.camera.ports import Port, candidates
from madeleine.monitor.log import iso, json_text
from madeleine.monitor.rules import Broker

LOOK_S = 2.0  # between two looks for cameras
HEALTH_S = 60.0
JOIN_S = 5.0
EARLIER_MAX = 1000
HOME_ASSISTANT = f"{DISCOVERY}/status"


class Hub:
    """One process for all cameras of a computer."""

    def __init__(self, broker: Broker, names: Mapping[str, str], ports: Sequence[str], version: str) -> None:
        """ports: devices to follow; without any, all cameras that are plugged in, now and later."""
        self.workers: dict[str, Worker] = {}  # by place
        self.started_s = clock.wall_s()
        self._names, self._ports, self._version = names, ports, version
        self._earlier: dict[str, bytes] = {}  # announcements of cameras that are not here, or not yet
        self._away: dict[str, Identity] = {}  # cameras, by id, in whose place another one is
        self._told: dict[str, str] = {}  # how it stands with each place
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self.connection = Connection(broker, self._hear, self._back)

    def run(self, say: Callable[[str], None]) -> None:
        """Bridges until `close` or an exception such as Ctrl-C."""
        self.connection.start()
        health_s = 0.0
        try:
            while not self._closing.is_set():
                self._look()
                for news in self._news():
                    say(news)
                if clock.steady_s() >= health_s:
                    health_s = clock.steady_s() + HEALTH_S
                    self.connection.send(HEALTH, json_text(self.health()), True)
                clock.wait(self._closing, LOOK_S)
        finally:
            self._end()

    def close(self) -> None:
        """Ends soon. From any thread."""
        self._closing.set()

    def health(self) -> dict[str, Any]:
        """How it stands, for people and machines."""
        workers = self._all()
        return {
            "time": iso(clock.wall_s()),
            "uptime_s": round(clock.wall_s() - self.started_s),
            "mqtt": {
                "connections": self.connection.connections,
                "sent": self.connection.sent,
                "dropped": self.connection.dropped,
            },
            "cameras": {
                worker.identity.name: {
                    "id": worker.identity.id,
                    "online": worker.online,
                    "trouble": worker.trouble,
                    **asdict(worker.counters),
                }
                for worker in workers
            },
        }

    # -- cameras --------------------------------------------------------------------------------------------------

    def _look(self) -> None:
        """Follows cameras that are new; one whose port has a number keeps its follower wherever it is plugged in."""
        numbered, places = set(), set()
        for port in [Port(device) for device in self._ports] or candidates():
            if place_of(port) in places:  # twins: `madeleine doctor` warns of them
                port = Port(port.device)
            place = place_of(port)
            places.add(place)
            numbered |= {place} if port.serial_number else set()
            with self._lock:
                worker = self.workers.get(place)
                if worker is None:
                    identity = identity_of(place, self._names)
                    worker = Worker(identity, port.device, self.connection, self._claim, self._version)
                    self.workers[place] = worker
                    worker.start()
                worker.device = port.device
        for worker in self._all():
            if worker.place not in places:  # another camera may have its port by now
                worker.device = ""
            if worker.known:
                self._take_over(worker, worker.place in numbered)

    def _take_over(self, worker: Worker, numbered: bool) -> None:
        """Sees to what was announced of this camera earlier, by its id, or by its port's number before it had one."""
        earlier = self._earlier.pop(worker.identity.discovery, None)
        if earlier is not None:
            self._found(worker.identity.discovery, earlier)
        former = Identity(worker.place, "").discovery
        if numbered and former != worker.identity.discovery and former in self._earlier:
            self._clear_state(announced(self._earlier.pop(former))[0], worker)
            self.connection.send(former, "", True)

    def _news(self) -> Iterator[str]:
        """A line for each place where something has changed."""
        with self._lock:
            places = list(self.workers.items())
        for place, worker in places:
            here = f"{worker.identity.name} (id {worker.identity.id}) on {worker.device}" if worker.online else ""
            news = worker.trouble or here
            if news and self._told.get(place) != news:
                self._told[place] = news
                yield news

    def _claim(self, claimant: Worker, status: Status) -> Identity:
        """Whose camera has answered there. From the workers' threads.

        A camera that was elsewhere before is followed here from now on. One that has the id of a camera which answers,
        too, gets that of its place: twins.
        """
        with self._lock:
            others = [worker for worker in self.workers.values() if worker is not claimant and worker.known]
            identity = identity_of(claimant.place, self._names, status.uid, status.friendly_name)
            for other in others:
                if other.identity.id == identity.id and other.online:
                    identity = identity_of(claimant.place, self._names, None, status.friendly_name)
                elif other.identity.id == identity.id:
                    other.known = False
            if claimant.known and claimant.identity.id != identity.id:
                self._away[claimant.identity.id] = claimant.identity
            self._away.pop(identity.id, None)
            if any(other.known and other.identity.name == identity.name for other in others):
                identity = Identity(identity.id, f"{identity.name} {identity.id}")
            return identity

    def _all(self) -> list[Worker]:
        with self._lock:
            return list(self.workers.values())

    def _named(self, name: object) -> Worker | None:
        return next((one for one in self._all() if name in (one.identity.name, one.identity.id)), None)

    def _end(self) -> None:
        workers = self._all()
        for worker in workers:
            worker.close()
        until_s = clock.steady_s() + JOIN_S
        for worker in workers:
            worker.join(max(0.0, until_s - clock.steady_s()))
        self.connection.close()

    # -- MQTT -----------------------------------------------------------------------------------------------------

    def _back(self) -> None:
        """The broker is there (again): it may have forgotten all that it retained."""
        for worker in self._all():
            worker.republish()
        with self._lock:
            away = list(self._away.values())
        for identity in away:
            self.connection.send(identity.availability, OFFLINE, True)
        self.connection.send(HEALTH, json_text(self.health()), True)

    def _hear(self, topic: str, payload: bytes, retained: bool) -> None:
        if topic == HOME_ASSISTANT:
            if payload == ONLINE.encode():
                self._back()
        elif topic.startswith(f"{DISCOVERY}/"):
            if retained and payload:
                self._found(topic, payload)
        elif not retained:  # a command that is retained would be done again at each start
            self._asked(topic, payload)

    def _found(self, topic: str, payload: bytes) -> None:
        """An announcement of an earlier bridge: topics and components that are no more are cleared."""
        worker = next((one for one in self._all() if one.known and one.identity.discovery == topic), None)
        if worker is not None:
            state, components = announced(payload)
            worker.knew(components)
            self._clear_state(state, worker)
        elif topic.startswith(f"{DISCOVERY}/device/{BASE}_") and len(self._earlier) < EARLIER_MAX:
            self._earlier[topic] = payload

    def _clear_state(self, state: str, worker: Worker) -> None:
        """Takes away what is retained under the name that a camera had before."""
        if state.startswith(f"{BASE}/") and state not in [one.identity.state for one in self._all() if one.known]:
            for old in (state, f"{state}/availability"):
                self.connection.send(old, "", True)

    def _asked(self, topic: str, payload: bytes) -> None:
        response = None
        if topic.startswith(f"{REQUEST}/"):
            response = f"{RESPONSE}/{topic.removeprefix(f'{REQUEST}/')}"
        fields: dict[str, Any] = {}
        try:
            fields = read(payload)
            if response is None:
                self._worker(topic.split("/")[1]).ask(Asked(fields))
            else:
                self._request(topic.removeprefix(f"{REQUEST}/"), fields, response)
        except BadRequest as error:
            if response is not None:
                body = {"id": fields.get("id"), "ok": False, "code": "request", "error": str(error)}
                self.connection.send(response, json_text(body), False)

    def _request(self, word: str, fields: dict[str, Any], response: str) -> None:
        if word == "health":
            body = {"id": fields.get("id"), "ok": True, "answer": self.health()}
            self.connection.send(response, json_text(body), False)
        elif word == "remove":
            self._remove(self._worker(fields.get("camera")))
            self.connection.send(response, json_text({"id": fields.get("id"), "ok": True}), False)
        elif word == "camera":
            self._worker(fields.get("camera")).ask(Asked(fields, response))
        elif word == "all":
            for worker in self._all():
                worker.ask(Asked(fields, response))
        else:
            raise BadRequest(f"there is no request {word!r}; there are health, remove, camera, all")

    def _worker(self, name: object) -> Worker:
        worker = self._named(name)
        if worker is None:
            raise BadRequest(f"there is no camera {name!r} here")
        return worker

    def _remove(self, worker: Worker) -> None:
        """Clears all that is retained of a camera that will not come back."""
        with self._lock:
            self.workers = {place: one for place, one in self.workers.items() if one is not worker}
        worker.close()
        worker.join(JOIN_S)
        for topic in (worker.identity.discovery, worker.identity.availability, worker.identity.state):
            self.connection.send(topic, "", True)
