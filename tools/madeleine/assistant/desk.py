"""What an assistant can do with a camera: each answer is text or a small object, never a picture (page.py has one).

One at a time, whatever the assistant sends; the camera is opened at the first question, and again after a pulled cable.
"""

import threading
from collections.abc import Callable
from typing import Any, TypeVar

from madeleine.camera.camera import Camera
from madeleine.camera.serial_port import LineLost

WAIT_MAX_S = 300.0
Answer = TypeVar("Answer")


class Desk:
    """A camera, and the questions to it."""

    def __init__(self, port: str | None) -> None:
        self._port = port
        self._camera: Camera | None = None
        self._turn = threading.Lock()

    def close(self) -> None:
        """Closes the port."""
        if self._camera is not None:
            self._camera.close()
            self._camera = None

    def look(self) -> dict[str, Any]:
        """What the camera sees now: name (null: nothing it was taught), sure, distance, and the limit of a match."""
        status = self._with(Camera.status)
        return {"name": status.name, "sure": status.sure, "distance": status.distance, "limit": status.limit}

    def status(self) -> dict[str, Any]:
        """App, board, number of examples, room for examples, battery in mV, power on USB."""
        said = self._with(Camera.status)
        kept = {"app": said.app, "board": said.board, "examples": said.examples, "capacity": said.capacity}
        return {**kept, "battery_mv": said.battery_mv, "usb": said.usb}

    def classes(self) -> dict[str, int]:
        """The names that the camera was taught, with their numbers of examples."""
        return self._with(Camera.classes)

    def scores(self) -> dict[str, float]:
        """The distance of the present view to each class, the nearest first; the class "" is what it ignores."""
        return self._with(Camera.scores)

    def gauge(self) -> dict[str, Any]:
        """The reading of the gauge between its marks; value null: off the line, or no reading yet."""
        said = self._with(Camera.gauge)
        return {"value": said.value if said else None, "unit": said.unit if said else None}

    def where(self) -> dict[str, Any]:
        """Where the thing is: box [x, y, width, height] and centre [x, y] in the picture of 224 x 224 pixels."""
        said = self._with(Camera.where)
        return {"name": said.name, "box": said.box, "centre": said.centre}

    def wait_for(self, name: str, seconds: float = 60) -> dict[str, Any]:
        """Waits until the camera sees this name, at most so many seconds (300); seen tells whether it came."""
        seen = self._with(lambda camera: camera.wait_for(name, min(max(seconds, 0.0), WAIT_MAX_S)))
        return {"seen": seen is not None, "distance": seen.distance if seen else None}

    def teach(self, name: str) -> dict[str, Any]:
        """Teaches the camera the present view as this name. Ask the person to hold the thing in front of it first."""
        said = self._with(lambda camera: camera.learn(name))
        return {"name": said.name, "count": said.count, "examples": said.examples}

    def undo(self) -> dict[str, Any]:
        """Takes back the last change."""
        said = self._with(Camera.undo)
        return {"what": said.what, "name": said.name}

    def forget(self, name: str) -> dict[str, Any]:
        """Forgets a class; undo brings it back."""
        said = self._with(lambda camera: camera.forget(name))
        return {"name": said.name, "count": said.count}

    def rename(self, name: str, new: str) -> dict[str, Any]:
        """Gives a class another name; if that is taken, the two become one."""
        said = self._with(lambda camera: camera.rename(name, new))
        return {"name": said.to, "count": said.count}

    def set_limit(self, value: int) -> dict[str, Any]:
        """Sets the limit: distances up to it count as seen (1 to 9999, 200 at first). Lower: fewer false names."""
        return {"limit": self._with(lambda camera: camera.limit(value))}

    def _with(self, ask: Callable[[Camera], Answer]) -> Answer:
        with self._turn:
            if self._camera is None:
                self._camera = Camera(self._port)
            try:
                return ask(self._camera)
            except LineLost:
                self.close()
                raise


LOOKING = (Desk.look, Desk.status, Desk.classes, Desk.scores, Desk.gauge, Desk.where, Desk.wait_for)
TEACHING = (Desk.teach, Desk.undo, Desk.forget, Desk.rename, Desk.set_limit)
