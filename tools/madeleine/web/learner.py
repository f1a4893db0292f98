"""What the learner knows and why, seen from outside: from the flash, the network's last output, and what is said.

The device's own modules read the flash and turn outputs into vectors, so the numbers are those of the board.
"""

import zlib
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from madeleine.camera.fields import Fields
from madeleine.camera.json_lines import parse
from madeleine.device import (
    coach,
    constants,
    distance,
    engines,
    examples,
    features,
    files,
    memory,
    set_catalogue,
    settings,
    store,
    vectors,
)
from madeleine.evaluation.distances import distances
from madeleine.explain.maps import View
from madeleine.kpu.format.feature_outputs import MAP_OUTPUT
from madeleine.model.identity import vector_of
from madeleine.sim.eyes import Outputs
from madeleine.sim.storage import Storage
from madeleine.web.inspection import Inspection
from madeleine.web.selection import Selection
from madeleine.web.why import Why

Point = list[float]
LEAST_SQUARE = 1e-9  # of unit vectors' differences; what is less is rounding
Fingerprint = dict[str, tuple[int, int]]


class FlashCopy(files.Files):
    """The files of a flash, for the store; what it mends is mended in the copy."""

    def __init__(self, content: dict[str, bytearray]) -> None:
        super().__init__("")
        self.storage = Storage(None, "spiffs")
        self.storage.files = {name: bytearray(data) for name, data in content.items()}

    def names(self) -> list[str]:
        return self.storage.listdir()

    def open(self, name: str, mode: str) -> Any:
        return self.storage.open(name, mode)

    def remove(self, name: str) -> None:
        self.storage.remove(name)

    def size(self, name: str) -> int:
        return len(self.storage.files[name]) if name in self.storage.files else -1

    def free_bytes(self) -> int:
        return self.storage.statvfs()[0] * self.storage.statvfs()[3]

    def total_bytes(self) -> int:
        return self.storage.statvfs()[0] * self.storage.statvfs()[2]


class Numpy(engines.Plain):
    """An engine as exact as the board's, and fast."""

    def _measure(self, query: engines.Query) -> int:
        return self.product(query, query.vector, 0)

    def product(self, query: engines.Query, vector: bytes | bytearray | memoryview, norm: int) -> int:
        one, other = (np.frombuffer(part, np.uint8).astype(np.int64) for part in (query.vector, vector))
        return int(one @ other)


@dataclass(frozen=True)
class Map:
    """The plane of the two directions in which the examples differ most; they lie at -1..1 of it."""

    middle: NDArray[np.float64]
    directions: NDArray[np.float64]  # (2, features), over the scale

    @classmethod
    def of(cls, vectors: NDArray[np.float64]) -> "Map | None":
        """None when all are equal, or there are none: there is no direction then."""
        if not len(vectors):
            return None
        middle = vectors.mean(axis=0)
        centred = vectors - middle
        with threadpool_limits(1):  # so small a matrix only waits for its threads
            squares, sides = np.linalg.eigh(centred @ centred.T)  # the left half of an SVD, for a tenth of its time
        plane = (sides[:, :-3:-1].T @ centred) * (squares[:-3:-1] > LEAST_SQUARE)[:, None]
        if not plane.any():
            return None
        lengths = np.linalg.norm(plane, axis=1)
        plane /= np.where(lengths > 0, lengths, 1)[:, None]
        largest = np.abs(plane).argmax(axis=1)
        plane *= np.where(plane[range(len(plane)), largest] < 0, -1, 1)[:, None]  # always the same of both signs
        return cls(middle, plane / np.abs(centred @ plane.T).max())

    def at(self, vector: NDArray[np.float64]) -> Point:
        """Where a vector lies."""
        return [round(float(number), 4) for number in self.directions @ (vector - self.middle)]


@dataclass
class Knowledge:
    """What is on flash."""

    labels: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)  # eight hexadecimal digits of each vector
    vectors: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, features.LENGTH)))
    views: dict[str, int] = field(default_factory=dict)  # of each class, how many differ (lib/coach.py)
    marks: list[int] = field(default_factory=list)  # of the gauge, in their order
    settings: dict[str, str] = field(default_factory=dict)  # what was set, by name
    sets: list[str] = field(default_factory=lambda: [constants.FIRST_SET])
    set: str = constants.FIRST_SET  # the active one
    locked: bool = False
    taught: examples.Examples = field(default_factory=lambda: examples.Examples(Numpy(), ()))

    @classmethod
    def read(cls, files: FlashCopy, model: str, scale: distance.Scale) -> "Knowledge":
        """What the app would find at its next start."""
        places = [bytearray(features.LENGTH) for _ in range(vectors.PLACES)]
        kept = memory.Memory(Numpy(), places)
        camera = set_catalogue.Catalogue(files)
        prefix = set_catalogue.prefix(camera.slot())
        store.Store(files, model.encode(), features.LENGTH, prefix=prefix).load(kept)
        items = [(label, bytes(vector)) for label, vector in kept.examples.items()]
        stacked = np.frombuffer(b"".join(vector for _, vector in items), np.uint8).reshape(-1, features.LENGTH)
        keys = [key_of(vector) for _, vector in items]
        views = {label: coach.views(kept.examples, scale, label) for label in kept.examples.labels if label}
        marks = sorted({value for value, _ in kept.gauge.marks()})
        names = {setting.key: setting.name for setting in settings.SETTINGS}
        values = {names[key]: value for key, value in kept.settings.pairs() if key in names}
        return cls(
            [label for label, _ in items],
            keys,
            stacked.astype(np.float64),
            views,
            marks,
            values,
            camera.names(),
            camera.name(),
            bool(camera.lock),
            kept.examples,
        )


class Learner:
    """Follows one board with one model."""

    def __init__(self, model: str, scale: distance.Scale, upside_down: bool = False) -> None:
        """upside_down: the model wants its pictures so."""
        self._model = model
        self._why = Why(model, scale, upside_down)
        self._inspection = Inspection()
        self._selection = Selection()
        self._scale = scale  # how the app reads the model's distances
        self._fingerprint: Fingerprint = {}
        self._sizes: list[list[Any]] = []
        self._room = (0, 0)  # free, total
        self._knowledge = Knowledge()
        self.keys: Counter[str] = Counter()  # of the examples, and how often each is there
        self._map: Map | None = None
        self._view: View | None = None  # of the last picture
        self._name: str | None = None  # what is seen
        self._sure = False
        self._gauge: int | None = None
        self._visiting: set[str] = set()  # classes that visitors of a locked camera have taught: in its memory alone

    def restart(self) -> None:
        """The board has just been switched on: nothing is seen yet."""
        self._view = self._name = self._gauge = None
        self._visiting.clear()
        for part in (self._why, self._inspection, self._selection):
            part.restart()

    def see(self, outputs: Outputs | None) -> None:
        """The network's outputs for the present picture; None while the camera looks for bodies."""
        if outputs is None:
            self.restart()
        else:
            self._view = View(vector_of(outputs), outputs[MAP_OUTPUT][1] if len(outputs) > MAP_OUTPUT else b"")

    def hear(self, message: str) -> None:
        """A message of the Grove port, without its NUL (docs/FORMATS.md, Grove)."""
        if message.startswith("="):
            self._gauge = None if message == "=--" else int(message[1:])
        elif not message.startswith("{") and self._knowledge.settings.get(settings.LINK) == "brownie":
            self._name, self._sure = message or None, True  # USB says no more, and never that a name has gone

    def listen(self, line: str) -> None:
        """A line of the USB port (docs/FORMATS.md, USB)."""
        message = parse(line)
        if message is None:
            return
        if message["event"] == "seen":
            self._name, self._sure = str(message.get("name")), message.get("sure") is True
        elif message["event"] in ("gone", "ready"):
            self._name = None
        elif message["event"] == "learned" and message.get("scratch") is True:
            self._visiting.add(str(message.get("name")))
        elif message["event"] in ("cleared", "lock"):
            self._visiting.clear()
        for part in (self._why, self._inspection, self._selection):
            part.listen(Fields(message))

    def look(self, files: dict[str, bytearray]) -> bool:
        """Reads the flash, if it has changed: has it?"""
        fingerprint = {name: (len(data), zlib.crc32(data)) for name, data in files.items()}
        if fingerprint == self._fingerprint:
            return False
        self._fingerprint = fingerprint
        copy = FlashCopy(files)
        self._sizes = [[name, len(data)] for name, data in sorted(files.items())]
        self._room = (copy.free_bytes(), copy.total_bytes())
        self._knowledge = Knowledge.read(copy, self._model, self._scale)
        self.keys = Counter(self._knowledge.keys)
        self._map = Map.of(_unit(self._knowledge.vectors))
        return True

    def learned(self, before: Counter[str]) -> dict[str, Any] | None:
        """The example that has come since `before`, if it is the present picture and not brought by a host."""
        key = key_of(self._view.vector if self._view else b"")
        came = self.keys[key] > before[key]
        return {"key": key, "name": self._knowledge.labels[-1]} if came else None

    def knows(self) -> dict[str, Any]:
        """What is on flash, for the page."""
        known = self._knowledge
        rows = zip(known.labels, known.keys, known.vectors, strict=True)
        limit = int(known.settings.get(settings.LIMIT, settings.named(settings.LIMIT).default))
        return {
            "examples": [{"name": name, "key": key, "at": self._at(vector) or [0, 0]} for name, key, vector in rows],
            "views": known.views,
            "limit": limit,
            "sure": self._scale.tenths(self._scale.sure_steps(limit)) / 10,
            "marks": known.marks,
            "settings": known.settings,
            "set": known.set,
            "sets": known.sets,
            "locked": known.locked,
            "files": self._sizes,
            "free_bytes": self._room[0],
            "total_bytes": self._room[1],
        }

    def turn(self) -> dict[str, Any]:
        """What the present picture means, for the page, and which class A teaches."""
        taught = self._knowledge.taught
        selected = self._selection.name(taught)
        if self._view is None:
            nothing = dict.fromkeys(("seen", "gauge", "at", "why", "good"))
            return {**nothing, "distances": [], "selected": selected}
        seen = np.frombuffer(self._view.vector, np.uint8).astype(np.float64)
        distances = self._distances(seen)
        return {
            "seen": self._seen(distances),
            "gauge": self._gauge,
            "distances": distances,
            "at": self._at(seen),
            "selected": selected,
            "why": self._why.turn(self._view, taught, distances, self._name),
            "good": self._inspection.state,
        }

    def _at(self, vector: NDArray[np.float64]) -> Point | None:
        return None if self._map is None else self._map.at(_unit(vector))

    def _distances(self, seen: NDArray[np.float64]) -> list[float]:
        steps = distances(seen[None], self._knowledge.vectors)[0]
        return [self._scale.tenths(int(step)) / 10 for step in steps]

    def _seen(self, distances: list[float]) -> dict[str, Any] | None:
        """The answer, which holds for some frames longer than the picture; None for a class that was just forgotten.

        What is not on flash has no distance here.
        """
        pairs = zip(self._knowledge.labels, distances, strict=True)
        near = [distance for label, distance in pairs if label == self._name]
        if self._name is None or not (near or self._name in self._visiting):
            return None
        return {"name": self._name, "sure": self._sure, "distance": min(near, default=None)}


def key_of(vector: bytes) -> str:
    """By which the page knows an example: the CRC-32 of its vector, as eight hexadecimal digits."""
    return f"{zlib.crc32(vector):08x}"


def _unit(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Vectors at length one, as they are compared; zeros stay."""
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1))
