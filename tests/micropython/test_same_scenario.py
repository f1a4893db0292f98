"""A whole day of the camera: the app says the same, word for word, on the virtual board of either Python."""

from collections.abc import Callable
from pathlib import Path

import pytest
from madeleine.sim import board
from madeleine.sim.stage import HostStage, play
from recording import RecordingEyes

PLAYER = Path(__file__).parent / "scripts/play.py"
SCENARIOS = ["cards", "gauge", "host", "menu"]  # those that need no file system with rules


def mounts(root: Path, recording: Path) -> dict[Path, str]:
    """The board's files on its flash, the virtual board beside them, and the scenarios with their recording."""
    return {
        root / "boot.py": "/flash/boot.py",
        root / "main.py": "/flash/main.py",
        root / "lib": "/flash/lib",
        root / "tools/madeleine/__init__.py": "/tools/madeleine/__init__.py",
        root / "tools/madeleine/sim": "/tools/madeleine/sim",
        root / "tools/madeleine/sim/fakes/utime.py": "/tools/utime_of_the_stand_ins.py",
        root / "tests/scenarios": "/scenarios",
        recording: "/recording.json",
    }


@pytest.mark.parametrize("name", SCENARIOS)
def test_transcript_is_the_same(
    name: str, current: Callable[..., str], root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = root / "tests/scenarios" / f"{name}.txt"
    eyes = RecordingEyes(board.EYES)
    monkeypatch.setattr(board, "EYES", eyes)
    transcript = play(
        file.read_text(encoding="utf-8"), str(file), HostStage(tmp_path / "flash", file.parent)
    ).transcript
    recording = tmp_path / "recording.json"
    recording.write_text(eyes.as_json(), encoding="utf-8")
    spoken = current(PLAYER, f"/scenarios/{name}.txt", "/recording.json", mounts=mounts(root, recording))
    assert spoken.splitlines() == transcript
