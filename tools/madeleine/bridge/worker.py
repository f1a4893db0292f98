"""One camera of the bridge, in a thread of its own: hears it, publishes, performs requests, comes back by itself."""

import json
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from queue import Full, Queue
from typing import Any, Protocol

from madeleine import clock
from madeleine.bridge import discovery
from madeleine.bridge.names import OFFLINE, ONLINE, Identity
from madeleine.bridge.requests import ID_MAX_CHARS, fields_of, perform
from madeleine.bridge.snapshot import Snapshot
from madeleine.camera.camera import Camera
from madeleine.camera.events import Event, Failed, Forgot, Ignored, Learned, Ready, Renamed, Reset, Status, Undone
from madeleine.camera.ports import PortError
from madeleine.camera.usb import Refused
from madeleine.errors import ToolError
from madeleine.monitor.log import iso, json_text

TICK_S = 0.2  # until a request is looked at
HEARTBEAT_S = 30.0
RETRY_S = (1.0, 30.0)  # before the camera is tried again: doubled each time, from the first to the last
JITTER = 0.25  # part of each wait, so that many cameras do not answer at once
WAITING_MAX = 32
TAUGHT = (Learned, Ignored, Undone, Renamed, Forgot, Reset)


class Publishing(Protocol):
    """Who sends messages."""

    def send(self, topic: str, text: str, retain: bool) -> None:
        """Returns at once."""


@dataclass
class Counters:
    """What a camera has done since the bridge runs."""

    messages: int = 0
    events: int = 0
    requests: int = 0
    failures: int = 0
    connections: int = 0


@dataclass(frozen=True)
class Asked:
    """A request, and where its answer goes; None: nowhere."""

    fields: dict[str, Any]
    response: str | None = None


Claim = Callable[["Worker", Status], Identity]  # whose camera is it that has answered there?


class Worker(threading.Thread):
    """Follows one camera until `close`."""

    def __init__(self, identity: Identity, device: str, publishing: Publishing, claim: Claim, version: str) -> None:
        """identity: as the place has it; claim gives that of the camera, once it has answered."""
        super().__init__(daemon=True, name=f"camera {identity.id}")
        self.place = identity.id
        self.identity = identity
        self.known = False  # the identity is the camera's: before, nothing is published
        self.device = device  # the hub changes it when the camera is plugged in elsewhere; "": it is not plugged in
        self.online = False
        self.trouble = ""
        self.counters = Counters()
        self.snapshot = Snapshot()
        self._publishing = publishing
        self._claim = claim
        self._version = version
        self._announced: dict[str, str] = {}  # keys and platforms
        self._announcing = threading.Lock()  # the broker's thread and this one read and write them
        self._asked: Queue[Asked] = Queue(WAITING_MAX)
        self._closing = threading.Event()

    def ask(self, asked: Asked) -> None:
        """Has a request performed soon. From any thread."""
        try:
            self._asked.put_nowait(asked)
        except Full:
            self._respond(asked, {"ok": False, "code": "busy", "error": f"{WAITING_MAX} requests wait already"})

    def knew(self, announced: dict[str, str]) -> None:
        """An announcement that an earlier bridge has left with the broker: what of it is no more will be cleared."""
        with self._announcing:
            self._announced = {**announced, **self._announced}
        if self.snapshot.about is not None:
            self._announce()

    def republish(self) -> None:
        """Says everything again that is retained: the broker has forgotten it. From any thread."""
        if not self.known:
            return
        self._say_availability()
        if self.snapshot.about is not None:
            self._announce()
            self._say_state()

    def close(self) -> None:
        """Ends soon; `join` waits for it."""
        self._closing.set()

    def run(self) -> None:
        wait_s = RETRY_S[0]
        while not self._closing.is_set():
            try:
                if not self.device:
                    wait_s = RETRY_S[0]
                    raise PortError("it is not plugged in")
                with Camera(self.device) as camera:
                    self._greet(camera)
                    wait_s = RETRY_S[0]
                    self._follow(camera)
            except ToolError as error:
                self._lost(str(error))
            except Exception as error:  # whatever a library may raise: the camera is tried again
                self._lost(f"failed ({type(error).__name__}: {error})")
            clock.wait(self._closing, _jittered(wait_s))
            wait_s = min(2 * wait_s, RETRY_S[1])
        self._lost("")

    def _greet(self, camera: Camera) -> None:
        status, classes = camera.status(), camera.classes()
        self._become(self._claim(self, status))
        self.snapshot.classes = classes
        self.snapshot.note(status)  # last: with it the snapshot is whole, and the broker's thread may publish it
        self.online, self.trouble = True, ""
        self.counters.connections += 1
        self.republish()

    def _become(self, identity: Identity) -> None:
        """The camera in this place is this one: the one there was, by another name maybe, or another one."""
        before = self.identity
        if identity.id != before.id:
            with self._announcing:
                self.snapshot, self._announced = Snapshot(), {}
        elif identity != before and self.known:
            for topic in (before.state, before.availability):
                self._publishing.send(topic, "", True)
        self.identity, self.known = identity, True

    def _lost(self, trouble: str) -> None:
        self.trouble = trouble
        if self.online:
            self._changed(self.snapshot.answered(None, None, None))  # nobody knows what is seen meanwhile
            self.online = False
            self._say_availability()
        while not self._asked.empty():
            self._fail(self._asked.get(), trouble or "the bridge ends")

    def _follow(self, camera: Camera) -> None:
        beat_s = clock.steady_s() + _jittered(HEARTBEAT_S)
        while not self._closing.is_set():
            for event in camera.events(TICK_S):
                self._heard(camera, event)
            while not self._asked.empty():
                self._perform(camera, self._asked.get())
            if clock.steady_s() >= beat_s:
                beat_s = clock.steady_s() + _jittered(HEARTBEAT_S)
                self._changed(self.snapshot.note(camera.status()))
                self._say_state()

    def _heard(self, camera: Camera, event: Event) -> None:
        self.counters.messages += 1
        before = self.snapshot.message()
        self._changed(self.snapshot.take(event))
        started = type(event) is Ready  # and not the answer to a question, which is one, too
        if started or isinstance(event, Status):
            self.snapshot.note(event if isinstance(event, Status) else camera.status())
        if started or isinstance(event, TAUGHT):
            self.snapshot.classes = camera.classes()
            self._announce()
        if isinstance(event, (*TAUGHT, Failed)):
            self._say_event({"event_type": str(event.message["event"]), **_without_format(event.message)})
        if self.snapshot.message() != before:
            self._say_state()

    def _changed(self, what: str | None) -> None:
        if what is None:
            return
        seen = {"event_type": what, "name": self.snapshot.seen, "sure": self.snapshot.sure}
        self._say_event({**seen, "distance": self.snapshot.distance})

    def _perform(self, camera: Camera, asked: Asked) -> None:
        self.counters.requests += 1
        try:
            answer = perform(camera, asked.fields)
        except Refused as error:
            self._fail(asked, str(error), error.code)
            return
        except ToolError as error:
            self._fail(asked, str(error))
            return
        self._respond(asked, {"ok": True, "answer": fields_of(answer)})
        self._heard(camera, answer)

    def _fail(self, asked: Asked, why: str, code: str = "failed") -> None:
        self.counters.failures += 1
        self._respond(asked, {"ok": False, "code": code, "error": why})
        if asked.response is None:  # nobody waits: whoever listens to what happens should know
            self._say_event({"event_type": "error", "code": code, "text": why})

    def _respond(self, asked: Asked, answer: dict[str, Any]) -> None:
        if asked.response is not None:
            id = asked.fields.get("id")
            mark = id if isinstance(id, int) or (isinstance(id, str) and len(id) <= ID_MAX_CHARS) else None
            body = {"id": mark, "camera": self.identity.name, **answer}
            self._publishing.send(asked.response, json_text(body), False)

    def _announce(self) -> None:
        with self._announcing:
            made = discovery.announcement(self.identity, self.snapshot, self._version, self._announced.items())
            self._announced = {key: component["p"] for key, component in made["cmps"].items() if len(component) > 1}
            self._publishing.send(self.identity.discovery, json.dumps(made), True)

    def _say_availability(self) -> None:
        self._publishing.send(self.identity.availability, ONLINE if self.online else OFFLINE, True)

    def _say_state(self) -> None:
        self._publishing.send(self.identity.state, json_text(self.snapshot.message()), True)

    def _say_event(self, fields: dict[str, Any]) -> None:
        self.counters.events += 1
        self._publishing.send(self.identity.events, json_text({**fields, "time": iso(clock.wall_s())}), False)


def _jittered(wait_s: float) -> float:
    return wait_s * random.uniform(1 - JITTER, 1 + JITTER)


def _without_format(message: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in message.items() if key not in ("v", "event", "id", "vector")}
