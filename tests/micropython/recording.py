"""What the virtual board's eyes saw while a scenario was played under CPython, to be seen again by MicroPython."""

import json
from base64 import b64encode
from pathlib import Path
from typing import Any

import numpy as np
from madeleine.sim.eyes import HostEyes, Model, Outputs
from madeleine.sim.painter import packed
from madeleine.sim.world import Scene, world


class RecordingEyes:
    """Keeps every answer of `eyes` under the name of the picture, which must be one picture's only."""

    def __init__(self, eyes: HostEyes) -> None:
        self._eyes = eyes
        self._model: dict[str, Any] = {}
        self._outputs: dict[str, Outputs] = {}
        self._cards: dict[str, list[bytes]] = {}
        self._pictures: dict[str, bytes] = {}

    def load(self, source: Any) -> Model:
        model = self._eyes.load(source)
        self._model = {name: getattr(model, name) for name in ("version", "file_bytes", "ram_bytes", "input")}
        return model

    def forward(self, model: Model, scene: Scene) -> Outputs:
        _kept(self._pictures, scene.name, packed(scene.pixels).astype(">u2").tobytes())
        return _kept(self._outputs, scene.name, self._eyes.forward(model, scene))

    def read_cards(self, scene: Scene) -> list[bytes]:
        return _kept(self._cards, scene.name, self._eyes.read_cards(scene))

    def features(self, name: str) -> np.ndarray:
        """The first output for a picture, as float32."""
        return np.frombuffer(self._outputs[name][0][1], np.float32)

    def write(self, folder: Path) -> None:
        """The recording as scripts/play.py reads it: recording.json, and the pictures as the camera keeps them."""
        folder.mkdir()
        recording = {
            "model": self._model,
            "outputs": {name: [(kind, _text(data)) for kind, data in found] for name, found in self._outputs.items()},
            "cards": {name: [_text(payload) for payload in found] for name, found in self._cards.items()},
            "pictures": {name: f"{index}.rgb565" for index, name in enumerate(self._pictures)},
            "heap_bytes": world.gc_heap_bytes,
        }
        (folder / "recording.json").write_text(json.dumps(recording), encoding="utf-8")
        for name, file in recording["pictures"].items():
            (folder / file).write_bytes(self._pictures[name])


def _kept(table: dict[str, Any], name: str, answer: Any) -> Any:
    if table.setdefault(name, answer) != answer:
        raise ValueError(f"two pictures are called {name!r}: a recording cannot tell them apart")
    return answer


def _text(data: bytes) -> str:
    return b64encode(data).decode()
