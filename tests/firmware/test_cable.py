"""The whole app on the real firmware behind a cable: updated while it runs, and looked at by the doctor.

Needs MAIXPY_FIRMWARE, the path of a MaixPy image (tools/k210/README.md).
"""

import shutil
from collections.abc import Iterator

import pytest
from madeleine.board.doctor.board import examine
from madeleine.board.doctor.finding import Finding
from madeleine.board.install import installer, repl
from madeleine.board.install.manifest import PACK
from madeleine.camera import usb
from madeleine.camera.json_lines import parse
from madeleine.camera.usb import Board, State

from tests import ROOT
from tests.firmware import on_firmware  # noqa: F401
from tests.firmware.harness import MODEL_ADDRESS, Camera, photo
from tests.firmware.pty_board import PtyBoard, plugged_in

pytestmark = pytest.mark.timeout(3000)

START_S = 600


@pytest.fixture(scope="module", autouse=True)
def patience() -> Iterator[None]:
    """The emulator is slower than a camera, and the machine may be shared."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(usb, "INTERRUPT_S", 120)
        patch.setattr(usb, "PROBE_S", 60)
        patch.setattr(usb, "ANSWER_S", 120)
        patch.setattr(repl, "ANSWER_S", 3)
        patch.setattr(repl, "ENTER_S", 120)
        patch.setattr(repl, "COMMAND_S", 300)
        yield


@pytest.fixture
def camera() -> Camera:
    """A camera with the app on it, seeing a cat; off."""
    camera = Camera()
    camera.emulator.auto_reset = True
    camera.look(photo("singles", "cat", "0.jpg"))
    return camera


@pytest.fixture
def cable(camera) -> Iterator[PtyBoard]:
    with plugged_in(camera.emulator) as cable:
        yield cable


def ready(board: Board) -> dict:
    return next(message for message in board.messages(START_S) if message["event"] == "ready")


def codes(findings: Iterator[Finding]) -> dict[str, str]:
    return {finding.code: finding.level for finding in findings}


def test_update_of_the_running_app(cable, tmp_path) -> None:
    for name in ("lib", "firmware"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("boot.py", "main.py"):
        shutil.copy(ROOT / name, tmp_path)
    with (tmp_path / "lib/version.py").open("a") as file:
        file.write("APP = '99.0'\n")
    with Board.open(cable.device) as board:
        assert ready(board)["examples"] == 0
        assert board.state() is State.APP
        assert board.ask("learn", name="cat", timeout_s=120)["count"] == 1
        assert installer.install(board, tmp_path).copied == ("lib/version.py", PACK, "lib/spare.pack")
        again = ready(board)
        assert (again["app"], again["examples"]) == ("99.0", 1), "it is the new app, and it still knows the cat"


def test_doctor(cable, camera) -> None:
    with Board.open(cable.device) as board:
        version = ready(board)["app"]
        assert codes(examine(board, ROOT, version)) == {"app": "fine"}
        assert codes(examine(board, ROOT, "99.0")) == {"app": "fine", "app-version": "hint"}
        board.interrupt()
        assert board.state() is State.PROMPT
        assert codes(examine(board, ROOT, version)) == {"firmware": "fine", "model": "fine", "app": "fine"}
        assert ready(board)["app"] == version, "it was started again"


def test_doctor_without_a_model(cable, camera) -> None:
    camera.emulator.flash_write(MODEL_ADDRESS, b"\xff" * 4096)
    with Board.open(cable.device) as board:
        assert any("no kmodel" in line for line in board.lines(START_S) if parse(line) is None)
        found = codes(examine(board, ROOT, "99.0"))
    assert found["no-model"] == "problem"
    assert found["app-version"] == "hint"
    assert found["was-stopped"] == "hint"
