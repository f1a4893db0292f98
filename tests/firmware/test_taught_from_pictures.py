"""A set of 250 from `madeleine teach` in the app on the real firmware: it answers photographs as numpy does.

Needs MAIXPY_FIRMWARE, the path of a MaixPy image (tools/k210/README.md), and the photographs of the development kit.
"""

import base64

import numpy as np
import pytest
from madeleine import cli
from madeleine.camera import usb
from madeleine.evaluation.distances import distances
from madeleine.evaluation.models import ModelFile, steps
from madeleine.examples import camera as from_usb
from madeleine.examples import files
from madeleine.model import find_model
from madeleine.pictures import photograph

from tests.firmware import on_firmware  # noqa: F401
from tests.firmware.harness import PHOTOGRAPHS, Camera, flash_of, packed_app, photo
from tests.firmware.pty_board import plugged_in

pytestmark = pytest.mark.timeout(3600)

SET = "rps_hands"
ASKED = 20  # of each of three classes
FRAMES = 3  # after a picture has changed, until what is said is of it alone


def test_250_examples_from_photographs(tmp_path, capsys, monkeypatch):
    for module, name in ((usb, "ANSWER_S"), (from_usb, "COMMIT_S"), (from_usb, "EXPORT_S")):
        monkeypatch.setattr(module, name, 1800)  # the emulator takes its time
    path = tmp_path / "set.jsonl"
    assert cli.main(["teach", str(PHOTOGRAPHS / SET), "-o", str(path), "--jobs", "2"]) == 0
    taught = files.load(path, print)
    assert len(taught.examples) == 250
    camera = Camera(flash_of(packed_app(), find_model("madeleine").read_bytes()))
    camera.look(photo("singles", "cat", "0.jpg"))
    camera.ready()
    with plugged_in(camera.emulator) as board:
        assert cli.main(["examples", "import", str(path), "--port", board.device]) == 0
    assert "250 examples came, 0 went; 250 are there now" in capsys.readouterr().out
    camera.reset()
    assert camera.ready()["examples"] == 250
    camera.tell(do="watch", every=1, what=["scores", "vector"], id=1)
    camera.event("watch")
    wrong = [asked.name for asked in photographs() if not is_as_numpy(camera, photograph(asked), taught)]
    assert wrong == []


def photographs():
    """The last ones of each class, which are taught and asked alike: equal answers are what counts."""
    return [path for kind in sorted((PHOTOGRAPHS / SET).iterdir()) for path in sorted(kind.glob("*.jpg"))[-ASKED:]]


def is_as_numpy(camera, picture, taught):
    """Are the vector and the nearest example of each class, in tenths, those of the emulated network and numpy?"""
    model = ModelFile.find("madeleine")
    camera.look(picture)
    for _ in range(FRAMES):
        camera.event("vector", within_ms=20_000)
    said = camera.event("scores", within_ms=20_000)["scores"]
    heard = base64.b64decode(camera.event("vector", within_ms=20_000)["vector"])
    vector = steps(model.load()(picture[None]))
    rows = np.array([list(example.vector) for example in taught.examples], float)
    far = distances(vector, rows)[0]
    labels = np.array([example.label for example in taught.examples])
    nearest = {label: int(far[labels == label].min()) for label in sorted(set(labels))}
    expected = {label: model.scale().tenths(steps) / 10 for label, steps in nearest.items()}
    order = [label for label, _ in said]
    assert len(said) == len(expected)
    return heard == vector[0].astype(np.uint8).tobytes() and dict(said) == expected and order[0] == labels[far.argmin()]
