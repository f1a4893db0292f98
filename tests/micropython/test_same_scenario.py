"""A whole day of the camera: the app says the same, word for word, on the virtual board of either Python."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from madeleine.sim import board
from madeleine.sim.scenario.stage import HostStage, play

from tests.micropython.recording import RecordingEyes

PLAYER = Path(__file__).parent / "scripts/play.py"
SCENARIOS = ["first-lesson", "gauge", "host", "menu", "sets"]  # short, and content with files that have no rules
CLASSES = ["rock", "paper", "scissors"]
SHOTS, QUESTIONS = 2, 3  # of each class
LIMIT = 200
Both = Callable[..., tuple[list[str], RecordingEyes]]


@pytest.fixture
def both(current: Callable[..., str], root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Both:
    """Plays a scenario under CPython and again under MicroPython: (the transcript, what was seen) if they agree."""

    def run(file: Path, folder: Path, model: str = "tour") -> tuple[list[str], RecordingEyes]:
        eyes = RecordingEyes(board.EYES)
        monkeypatch.setattr(board, "EYES", eyes)
        stage = HostStage(tmp_path / "flash", folder, model)
        transcript = play(file.read_text(encoding="utf-8"), str(file), stage).transcript
        eyes.write(tmp_path / "recording")
        mounts = board_folders(root) | {file.parent: "/scenarios", tmp_path / "recording": "/recording"}
        spoken = current(PLAYER, f"/scenarios/{file.name}", "/recording", mounts=mounts)
        assert spoken.splitlines() == without_firmware(transcript)
        return transcript, eyes

    return run


def without_firmware(transcript: list[str]) -> list[str]:
    """What the app says; how much memory is free the firmware says, and this MicroPython's uos cannot ask for it."""
    return [line for line in transcript if not line.startswith("usb ###")]


def board_folders(root: Path) -> dict[Path, str]:
    """The app's files on the board's flash, and the virtual board beside them."""
    return {
        root / "boot.py": "/flash/boot.py",
        root / "main.py": "/flash/main.py",
        root / "lib": "/flash/lib",
        root / "tools/madeleine/__init__.py": "/tools/madeleine/__init__.py",
        root / "tools/madeleine/errors.py": "/tools/madeleine/errors.py",
        root / "tools/madeleine/sim": "/tools/madeleine/sim",
        root / "tools/madeleine/sim/fakes/utime.py": "/tools/utime_of_the_stand_ins.py",
        root / "tools/madeleine/sim/fakes/uctypes.py": "/tools/uctypes_of_the_stand_ins.py",
    }


@pytest.mark.parametrize("name", SCENARIOS)
def test_drawn_scenes(name: str, both: Both, root: Path) -> None:
    file = root / "tests/scenarios" / f"{name}.txt"
    both(file, file.parent)


def test_photographs(both: Both, shared: Path, tmp_path: Path) -> None:
    """Three classes, five shots each; what it says of thirty others is what numpy's k = 1 search says."""
    folder = shared / "data/rps_janken"
    photographs = {name: [f"{name}/{path.name}" for path in sorted((folder / name).glob("*.jpg"))] for name in CLASSES}
    lessons = [(picture, name) for name in CLASSES for picture in photographs[name][:SHOTS]]
    questions = [
        (picture, name) for i in range(QUESTIONS) for name in CLASSES for picture in [photographs[name][-1 - i]]
    ]
    lines = ['expect usb {"event": "ready"}']
    for i, (picture, name) in enumerate(lessons):
        learned = f'{{"event": "learned", "name": "{name}", "examples": {i + 1}}}'
        lines += [f"frame {picture}", "wait 2 frames", f"usb> *learn {name}", f"expect usb {learned}"]
    for picture, name in questions:
        lines += [f"frame {picture}", f"ask {name}"]
    file = tmp_path / "day/photographs.txt"
    file.parent.mkdir()
    file.write_text("\n".join(lines), encoding="utf-8")
    transcript, eyes = both(file, folder, str(shared / "models/mbnet751_feature.kmodel"))
    expected = [nearest(eyes.features(picture), lessons, eyes) for picture, _ in questions]
    answers = [line.split(",")[0].removeprefix("answer ") for line in transcript if line.startswith("answer ")]
    assert answers == expected


def nearest(vector: np.ndarray, lessons: list[tuple[str, str]], eyes: RecordingEyes) -> str:
    """The name of the nearest lesson by squared L2 distance, 'nothing' beyond the limit."""
    distances = [float(((vector - eyes.features(picture)) ** 2).sum()) for picture, _ in lessons]
    best = int(np.argmin(distances))
    return lessons[best][1] if distances[best] < LIMIT else "nothing"
