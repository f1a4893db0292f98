"""Cameras in memory for bench/bridge_day.py: they answer as the app does, and go into whatever port is free."""

import contextlib
import json
from collections.abc import Iterator
from random import Random
from unittest import mock

from madeleine.camera.ports import Port
from madeleine.camera.serial_port import LineLost, NoSuchPort, PortBusy

from bench.virtual_clock import VirtualClock
from tests.fakes.talking import STATUS
from tests.monitor.app_lines import line, seen

THINGS = ("cup", "pen", "りんご", None)
# In ten seconds: a thing comes or goes every five minutes, the gauge moves every ten, a button teaches every hour; a
# cable is pulled every two hours and is back after five minutes.
SEES, READS, TEACHES, PULLED, BACK = 10 / 300, 10 / 600, 10 / 3600, 10 / 7200, 10 / 300


class DayCamera:
    """One camera, whether it is plugged in or not."""

    def __init__(self, number: int) -> None:
        has_id = number % 10 != 0  # an older installation has none
        self.uid = f"{number:08x}" if has_id else None
        self.friendly_name = f"desk {number}" if has_id and number % 2 else None
        self.serial = "" if has_id else f"C552{number:04d}"
        self.id = self.uid or self.serial
        self.title = self.friendly_name or self.id
        self.seen: str | None = None
        self.distance = 0.0
        self.classes = {"cup": 1}
        self.device = ""  # "": not plugged in
        self.cable: Cable | None = None  # while somebody has it open
        self.is_heard = False  # somebody has asked for its classes, and listens

    def happens(self, random: Random) -> str:
        """What happens to it in ten seconds; whoever listens hears it."""
        chance = random.random()
        if chance < SEES:
            return self._sees(random.choice([thing for thing in THINGS if thing != self.seen]))
        if chance < SEES + READS:
            self._say(line("gauge", value=random.randrange(100)))
        elif chance < SEES + READS + TEACHES:
            self._say(self._learn(random.choice(("cup", "pen", f"thing {random.randrange(5)}"))))
        return ""

    def _sees(self, thing: str | None) -> str:
        self.seen, self.distance = thing, round(self.distance + 0.1, 1)
        self._say(seen(thing, self.distance) if thing else line("gone"))
        return "seen" if thing else "gone"

    def _learn(self, name: str, **mark: object) -> str:
        self.classes[name] = self.classes.get(name, 0) + 1
        return line("learned", name=name, count=self.classes[name], examples=sum(self.classes.values()), **mark)

    def _say(self, text: str) -> None:
        if self.cable is not None:
            self.cable.said += text.encode() + b"\r\n"

    def pull(self) -> None:
        """Nobody listens any more."""
        if self.cable is not None:
            self.cable.pulled = True
        self.cable, self.is_heard = None, False

    def answer(self, asked: dict[str, str]) -> None:
        """To a request."""
        mark = {"id": asked["id"]}
        if asked["do"] == "learn":
            self._say(self._learn(asked["name"], **mark))
        elif asked["do"] == "list":
            self.is_heard = True
            self._say(line("list", classes=list(self.classes.items()), ignored=0, examples=1, **mark))
        else:
            about = {"uid": self.uid, "friendly_name": self.friendly_name}
            told = {key: value for key, value in about.items() if value}
            now = {"name": self.seen, "sure": True, "distance": self.distance}
            self._say(line("status", **STATUS, **told, **now, **mark))


class Cable:
    """In place of a serial line."""

    def __init__(self, camera: DayCamera, clock: VirtualClock) -> None:
        self.device = camera.device
        self.said = b""
        self.pulled = False
        self._camera, self._clock = camera, clock
        camera.cable = self

    def close(self) -> None:
        if self._camera.cable is self:
            self._camera.pull()

    def read(self, timeout_s: float) -> bytes:
        self._clock.until(lambda: bool(self.said) or self.pulled, timeout_s)
        said, self.said = self.said, b""
        if self.pulled and not said:
            raise LineLost(f"{self.device}: the cable is pulled")
        return said

    def write(self, data: bytes) -> None:
        if self.pulled:
            raise LineLost(f"{self.device}: the cable is pulled")
        for request in data.split(b"\r"):
            if request:
                self._camera.answer(json.loads(request))


class Desk:
    """The cameras, and the ports that they are in."""

    def __init__(self, count: int, clock: VirtualClock, random: Random) -> None:
        self.cameras = [DayCamera(number) for number in range(count)]
        self.pulled = 0
        self._clock, self._random = clock, random
        for camera in self.cameras:
            self._plug(camera)

    @contextlib.contextmanager
    def used(self) -> Iterator[None]:
        """The toolbox finds these cameras, and no others."""
        with (
            mock.patch("madeleine.bridge.hub.candidates", self._ports),
            mock.patch("madeleine.camera.usb.SerialLine", self._opened),
        ):
            yield

    def pull_or_plug(self) -> None:
        """Cables come and go; a camera goes into the first port that is free, whichever it was in."""
        for camera in self.cameras:
            if camera.device and self._random.random() < PULLED:
                self.pulled += 1
                camera.device = ""
                camera.pull()
            elif not camera.device and self._random.random() < BACK:
                self._plug(camera)

    def _plug(self, camera: DayCamera) -> None:
        taken = {one.device for one in self.cameras}
        camera.device = next(f"/dev/ttyUSB{n}" for n in range(len(taken) + 1) if f"/dev/ttyUSB{n}" not in taken)

    def _ports(self) -> list[Port]:
        plugged = [camera for camera in self.cameras if camera.device]
        return [Port(camera.device, "M5StickV", camera.serial) for camera in plugged]

    def _opened(self, device: str) -> Cable:
        camera = next((one for one in self.cameras if one.device == device), None)
        if camera is None:
            raise NoSuchPort(f"{device}: no such port: plug the camera in")
        if camera.cable is not None:
            raise PortBusy(f"{device}: in use: close that first")
        return Cable(camera, self._clock)
