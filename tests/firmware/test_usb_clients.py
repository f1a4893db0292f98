"""The cable with real programs at its other end, on the real firmware: noise, a card's count-down, mpremote, ampy.

Needs MAIXPY_FIRMWARE, the path of a MaixPy image (tools/k210/README.md).
"""

import random
import subprocess
import sys
from types import SimpleNamespace

import pytest

from tests.firmware import on_firmware  # noqa: F401
from tests.firmware.harness import Camera, photo
from tests.firmware.prompt import card
from tests.firmware.pty_board import plugged_in

pytestmark = pytest.mark.timeout(3600)

NOISE_BYTES = 100_000
PIECE_BYTES = 250  # what the board reads in a turn


@pytest.fixture
def camera():
    camera = Camera()
    camera.look(photo("singles", "cat", "0.jpg"))
    return camera


def test_noise(camera):
    """100 KB of anything but Ctrl-C teach nothing, and the next request is answered."""
    camera.ready()
    noise = random.Random(3).randbytes(NOISE_BYTES).replace(b"\x03", b"\n")
    for start in range(0, NOISE_BYTES, PIECE_BYTES):
        camera.emulator.send(noise[start : start + PIECE_BYTES])
        camera.run(20)
    camera.emulator.send(b"\n")
    camera.run(500)
    camera.tell(do="status", id=9)
    status = camera.hear(lambda line: '"id": 9' in line, within_ms=5000)
    assert status
    assert not any('"learned"' in line or '"reset"' in line for line in camera.said)


def test_requests_while_a_card_counts_down(camera):
    camera.ready()
    camera.look(card("owl"))
    camera.event("card", within_ms=6000)
    camera.look(photo("singles", "owl", "0.jpg"))
    camera.tell(do="status", id=1)
    assert camera.event("status")["examples"] == 0
    camera.tell(do="limit", value="150", id=2)
    assert camera.event("set")["value"] == 150
    assert camera.event("learned", within_ms=8000)["name"] == "owl"
    camera.tell(do="list", id=3)
    assert camera.event("list")["classes"] == [["owl", 1]]


@pytest.fixture
def cable(camera):
    """The board on a pty, the app running."""
    camera.emulator.auto_reset = True
    camera.ready()
    camera.run(1000)  # a soft reset in the first seconds is not known for one (lib/device.py)
    with plugged_in(camera.emulator) as cable:
        yield cable


@pytest.mark.parametrize("beginning", [[], ["resume"]], ids=["soft reset", "resume"])
def test_mpremote(cable, tmp_path, beginning):
    def mpremote(*arguments):
        command = [sys.executable, "-m", "mpremote", "connect", cable.device, *beginning, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=600)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    assert mpremote("exec", "print(6 * 7)").strip() == "42"
    listed = mpremote("fs", "ls", ":/flash")
    assert "boot.py" in listed
    (tmp_path / "note.txt").write_text("kept\n")
    mpremote("fs", "cp", str(tmp_path / "note.txt"), ":/flash/note.txt")
    assert mpremote("fs", "cat", ":/flash/note.txt").strip() == "kept"
    (tmp_path / "sum.py").write_text("print(sum(range(5)))\n")
    assert mpremote("run", str(tmp_path / "sum.py")).strip() == "10"


def test_ampy(cable, tmp_path, monkeypatch, capsys):
    """It soft-resets the board for every command, and types Ctrl-C half a second later, by the board's clock here."""
    cli = pytest.importorskip("ampy.cli", reason="ampy is not installed")
    click = pytest.importorskip("click.testing")
    monkeypatch.setattr("ampy.pyboard.time", SimpleNamespace(sleep=cable.sleep))

    def ampy(*arguments):
        done = click.CliRunner().invoke(cli.cli, ["-p", cable.device, *arguments])
        assert done.exit_code == 0, done.output
        return done.output

    assert "/flash/boot.py" in ampy("ls", "/flash")
    (tmp_path / "note.txt").write_text("kept\n")
    ampy("put", str(tmp_path / "note.txt"), "/flash/note.txt")
    assert ampy("get", "/flash/note.txt").strip() == "kept"
    (tmp_path / "sum.py").write_text("print(sum(range(5)))\n")
    ampy("run", str(tmp_path / "sum.py"))
    assert capsys.readouterr().out.strip() == "10"  # past the runner
