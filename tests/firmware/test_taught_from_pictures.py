"""A camera taught from photographs: the set of `madeleine teach` goes over the cable, and what it answers is numpy's.

250 examples by `madeleine examples import`, then every picture that was held back: each frame's vector, the distances
of all classes and the answer. Needs MAIXPY_FIRMWARE, the path of a MaixPy image (tools/k210/README.md).
"""

import base64
import time
from pathlib import Path

import numpy as np
import pytest
from constants import USUAL_LIMIT
from decision import Decision
from madeleine import cli
from madeleine.camera.usb import Board
from madeleine.device import examples
from madeleine.evaluation.distances import distances
from madeleine.evaluation.models import ModelFile
from madeleine.examples import files
from madeleine.kpu import Network
from madeleine.model import find_model
from madeleine.pictures import photograph

from tests.firmware import on_firmware  # noqa: F401
from tests.firmware.emulated_line import plug_in
from tests.firmware.harness import Camera, flash_of, packed_app
from tests.firmware.test_answers import stored

pytestmark = pytest.mark.timeout(3600)

SET = "rps_hands"
FRAMES = 3  # of each picture: two of three make an answer
LEAST_ASKED = 60
START_S, FRAME_S = 60, 5
BLACK = np.zeros((224, 224, 3), np.uint8)


class Numpy:
    """What numpy says of each frame, as the camera says it."""

    def __init__(self, taught):
        self._labels = list(dict.fromkeys(label for label, _ in taught))
        self._kinds = np.array([self._labels.index(label) for label, _ in taught])
        self._vectors = np.stack([vector for _, vector in taught])
        self._scale = ModelFile.find("madeleine").scale()
        self._answer = Decision()

    def frame(self, vector):
        """Name, sure and scores after one more frame."""
        found = distances(vector[None], self._vectors)[0]
        nearest = [int(found[self._kinds == kind].min()) for kind in range(len(self._labels))]
        order = np.argsort(nearest, kind="stable")
        limits = self._scale.steps(USUAL_LIMIT), self._scale.sure_steps(USUAL_LIMIT)
        self._answer.frame(self._labels[order[0]], nearest[order[0]], *limits)
        scores = [[self._labels[kind], self._scale.tenths(nearest[kind]) / 10] for kind in order]
        return self._answer.name, self._answer.sure, scores


def test_every_answer_is_that_of_numpy(shared, tmp_path, monkeypatch, capsys):
    taught, asked = teach(shared / "data" / SET, tmp_path, monkeypatch)
    assert len(taught) == examples.CAPACITY and len(asked) >= LEAST_ASKED
    model = find_model("madeleine")
    camera = Camera(flash_of(packed_app(), model.read_bytes()))
    camera.look(BLACK)
    line = plug_in(camera.emulator, monkeypatch)
    board = Board.open()
    assert event(board, "ready", START_S)["examples"] == 0
    began_s, began_board_s = time.monotonic(), line.monotonic()
    assert cli.main(["examples", "import", str(tmp_path / "set.jsonl")]) == 0
    assert "250 examples came, 0 went; 250 are there now" in capsys.readouterr().out
    say(capsys, f"import: {line.monotonic() - began_board_s:.0f} s of the board", began_s)
    board.ask("watch", every=1, what=["scores", "vector"])
    network, numpys, right, frames, began_s = Network.load(model), Numpy(taught), 0, 0, time.monotonic()
    before = stored(network, BLACK)
    for label, picture in asked:
        camera.look(picture)
        now, seen = stored(network, picture), 0
        while seen < FRAMES:
            scores, vector = frame(board)
            frames += 1
            assert (vector == now).all() or (not seen and (vector == before).all()), label
            seen += bool((vector == now).all())
            assert scores == numpys.frame(vector), label
        right += scores[0] == label
        before = now
    say(capsys, f"{len(asked)} asked, {frames} frames, {right} named right", began_s)


def teach(folder, room, monkeypatch):
    """By the command: its set as (label, vector), and (label, picture) of what it held back."""
    monkeypatch.setenv("MADELEINE_CACHE", str(room / "cache"))
    assert cli.main(["teach", str(folder), "-o", str(room / "set.jsonl"), "--export", str(room / "all.npz")]) == 0
    given = files.load(room / "set.jsonl", print).examples
    with np.load(room / "all.npz", allow_pickle=False) as found:
        held_out = found["held_out"]
        names = zip(found["labels"][held_out], found["files"][held_out], strict=True)
        asked = [(str(label), photograph(Path(name))) for label, name in names]
    return [(example.label, np.frombuffer(example.vector, np.uint8).astype(float)) for example in given], asked


def event(board, kind, within_s=FRAME_S):
    return next(message for message in board.messages(within_s) if message["event"] == kind)


def frame(board):
    """(name, sure, scores) of the next frame, and its vector."""
    said = event(board, "scores")
    vector = np.frombuffer(base64.b64decode(event(board, "vector")["vector"]), np.uint8)
    return (said["name"], said["sure"], said["scores"]), vector.astype(float)


def say(capsys, what, began_s):
    with capsys.disabled():
        print(f"\n  {what}; {time.monotonic() - began_s:.0f} s of the host")
