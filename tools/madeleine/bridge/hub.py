"""All cameras and the broker, wired: finds cameras, hands requests on, says how it stands."""

import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from madeleine.bridge.broker import Connection
from madeleine.bridge.names import BASE, DISCOVERY, HEALTH, ONLINE, REQUEST, RESPONSE, Identity, identity_of
from madeleine.bridge.requests import BadRequest, read
from madeleine.bridge.worker import Asked, Worker
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
        self.workers: dict[str, Worker] = {}  # by id
        self.started_s = time.time()
        self._names, self._ports, self._version = names, ports, version
        self._earlier: dict[str, bytes] = {}  # announcements of cameras that are not here, or not yet
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self.connection = Connection(broker, self._hear, self._back)

    def run(self, say: Callable[[str], None]) -> None:
        """Bridges until `close` or an exception such as Ctrl-C."""
        self.connection.start()
        health_s = 0.0
        try:
            while not self._closing.is_set():
                for worker in self._look():
                    say(f"{worker.identity.name} (id {worker.identity.id}) on {worker.device}")
                if time.monotonic() >= health_s:
                    health_s = time.monotonic() + HEALTH_S
                    self.connection.send(HEALTH, json_text(self.health()), True)
                self._closing.wait(LOOK_S)
        finally:
            self._end()

    def close(self) -> None:
        """Ends soon. From any thread."""
        self._closing.set()

    def health(self) -> dict[str, Any]:
        """How it stands, for people and machines."""
        workers = self._all()
        return {
            "time": iso(time.time()),
            "uptime_s": round(time.time() - self.started_s),
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

    def _look(self) -> list[Worker]:
        """The workers of cameras that are new; a camera that is plugged in elsewhere keeps its own."""
        new, ids = [], set()
        for port in [Port(device) for device in self._ports] or candidates():
            identity = identity_of(port, self._names)
            if identity.id in ids:  # twins: `madeleine doctor` warns of them
                identity = identity_of(Port(port.device), self._names)
            ids.add(identity.id)
            with self._lock:
                worker = self.workers.get(identity.id)
                if worker is None:
                    worker = Worker(identity, port.device, self.connection, self._version)
                    self.workers[identity.id] = worker
                    new.append(worker)
                worker.device = port.device
        for worker in self._all():
            earlier = self._earlier.pop(worker.identity.discovery, None)
            if earlier is not None:
                self._found(worker.identity.discovery, earlier)
        for worker in new:
            worker.start()
        return new

    def _all(self) -> list[Worker]:
        with self._lock:
            return list(self.workers.values())

    def _named(self, name: object) -> Worker | None:
        return next((one for one in self._all() if name in (one.identity.name, one.identity.id)), None)

    def _end(self) -> None:
        workers = self._all()
        for worker in workers:
            worker.close()
        until_s = time.monotonic() + JOIN_S
        for worker in workers:
            worker.join(max(0.0, until_s - time.monotonic()))
        self.connection.close()

    # -- MQTT -----------------------------------------------------------------------------------------------------

    def _back(self) -> None:
        """The broker is there (again): it may have forgotten all that it retained."""
        for worker in self._all():
            worker.republish()
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
        worker = next((one for one in self._all() if one.identity.discovery == topic), None)
        try:
            found = json.loads(payload)
            state, components = found["stat_t"], {key: one["p"] for key, one in found["cmps"].items() if len(one) > 1}
        except (ValueError, RecursionError, KeyError, TypeError, AttributeError):
            return
        if worker is None:
            if topic.startswith(f"{DISCOVERY}/device/{BASE}_") and len(self._earlier) < EARLIER_MAX:
                self._earlier[topic] = payload
            return
        worker.knew(components)
        if isinstance(state, str) and state.startswith(f"{BASE}/") and state != worker.identity.state:
            for old in (state, f"{state}/availability"):  # it has another name now
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
            self._remove(self._worker(fields.get("camera")).identity)
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

    def _remove(self, identity: Identity) -> None:
        """Clears all that is retained of a camera that will not come back."""
        with self._lock:
            worker = self.workers.pop(identity.id)
        worker.close()
        worker.join(JOIN_S)
        for topic in (identity.discovery, identity.availability, identity.state):
            self.connection.send(topic, "", True)
