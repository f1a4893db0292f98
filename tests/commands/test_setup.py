"""`madeleine setup` against a boot ROM and a prompt of our own: from the box to "ready", and where it stops."""

import contextlib
import io
import random
from importlib.metadata import version
from pathlib import Path

import pytest
from madeleine import cli
from madeleine.board import setup
from madeleine.board.flash import burner
from madeleine.board.flash.worker import Phase
from madeleine.board.install import repl
from madeleine.board.install.manifest import app_files
from madeleine.camera.ports import Port
from madeleine.commands import setup as command
from madeleine.fonts.make import font_files
from madeleine.model import find_model
from madeleine.sim.storage import Storage

from tests import ROOT
from tests.fakes.boxed import BoxedBoard
from tests.fakes.plugs import plug_in
from tests.fakes.prompt import BoardPrompt
from tests.fakes.rom import BAD_CHECKSUM, FOR_EVER, GREET, SILENCE, WRITE, Lie

FIRMWARE = random.Random(5).randbytes(70_000)
READY = b'\r\n{"v": 1, "event": "ready", "app": "0.1.0", "board": "M5StickV", "examples": %d, "capacity": 250}\r\n'


class Desk:
    """A boxed camera, and the command line before it."""

    def __init__(self, folder: Path, after_reset: bytes = READY % 0) -> None:
        self.firmware = folder / "maixpy.bin"
        self.firmware.write_bytes(FIRMWARE)
        self.flash = Storage(None, "spiffs")
        self.flash.files["boot.py"] = bytearray(b"while True: pass")
        self.prompt = BoardPrompt(self.flash, after_reset)

    def wake(self, flash: bytes):
        """The firmware starts if it is whole."""
        assert flash[5 : 5 + len(FIRMWARE)] == FIRMWARE
        return self.prompt

    def setup(self, *options: str, lies: tuple[Lie, ...] = ()) -> int:
        with BoxedBoard(self.wake, lies=lies) as self.board:
            words = ["--port", self.board.device, "--firmware", str(self.firmware), "--model", "tour", *options]
            return cli.main(["setup", *words])


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.delenv("MADELEINE_PORT", raising=False)
    monkeypatch.setattr(repl, "CHUNK_S", 0)
    monkeypatch.setattr(repl, "ENTER_S", 0.5)
    monkeypatch.setattr(setup, "PROMPT_S", 2.0)
    monkeypatch.setattr(setup, "READY_S", 0.5)


@pytest.fixture
def desk(tmp_path) -> Desk:
    return Desk(tmp_path)


def test_from_the_box_to_the_first_object(desk, capsys):
    assert desk.setup("--yes") == 0
    said = capsys.readouterr().out
    model = find_model("tour").read_bytes()
    assert desk.board.flash[0x300000 : 0x300000 + len(model)] == model
    assert {name: bytes(data) for name, data in desk.flash.files.items()} == {
        **app_files(ROOT),
        **font_files(),
        "heap.unset": b"",
        "camera.id": desk.flash.files["camera.id"],
    }
    steps = [line for line in said.splitlines() if " of 4: " in line]
    assert steps == [f"{number} of 4: {step.title}" for number, step in enumerate(command.STEPS, 1)]
    assert 'Madeleine 0.1.0 is ready: its screen says "press A to learn".\n\nNext: ' in said


def test_again(desk, capsys):
    """All of it once more: nothing is copied twice, what was taught stays."""
    assert desk.setup("--yes") == 0
    desk.flash.files["examples.0"] = bytearray(b"taught")
    desk.prompt.after_reset = READY % 3
    desk.prompt.ran.clear()
    capsys.readouterr()
    assert desk.setup("--yes") == 0
    said = capsys.readouterr().out
    assert "all files are there" in said and "what it was taught is there, 3 examples" in said
    assert desk.flash.files["examples.0"] == b"taught"
    assert "heap.unset" in desk.prompt.modules.flash.files


def test_a_dry_run_says_all_and_does_nothing(desk, capsys):
    assert desk.setup("--dry-run") == 0
    assert desk.board.requests == []
    said = capsys.readouterr().out
    assert f"Camera on {desk.board.device}" in said
    assert "write maixpy.bin at 0x000000" in said and "write tour.kmodel at 0x300000" in said
    assert f"  install Madeleine {version('madeleine-camera')}\n" in said and "of 4" not in said


def test_without_a_terminal_it_does_not_ask(desk, capsys):
    assert desk.setup() == 1
    assert desk.board.requests == []
    assert capsys.readouterr().err == "madeleine: nothing was done: this is not a terminal, so pass --yes to confirm\n"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("answer", "code"), [("\n", 0), ("y\n", 0), ("n\n", 1), ("what?\n", 1)])
def test_the_question(desk, answer, code, monkeypatch):
    out = Terminal()
    monkeypatch.setattr("sys.stdin", Terminal(answer))
    monkeypatch.setattr("sys.stdout", out)
    assert desk.setup() == code
    assert (desk.board.restarts == 1) == (code == 0) == ("Nothing was done." not in out.getvalue())


def test_the_default_firmware_is_the_recommended_one():
    options = cli.build_parser().parse_args(["setup"])
    assert options.firmware is None and next(iter(command.builds())) == "maixpy-v0.5.0_9"


def failure(capsys) -> str:
    """The one line that says what went wrong."""
    said = capsys.readouterr().err
    assert said.startswith("madeleine: ") and said.count("\n") == 1 and said.endswith("can be run again\n")
    return said


def test_no_answer_from_the_boot_rom(desk, capsys, monkeypatch):
    monkeypatch.setattr(burner.write, "__defaults__", (dict.fromkeys(Phase, 1.0),))
    assert desk.setup("--yes", lies=(Lie(GREET, SILENCE, times=FOR_EVER),)) == 1
    said = failure(capsys)
    assert "writing firmware and model: nothing answers on" in said and "nothing was changed" in said
    assert desk.setup("--yes") == 0


def test_a_piece_that_arrives_damaged(desk, capsys):
    assert desk.setup("--yes", lies=(Lie(WRITE, BAD_CHECKSUM, nth=2, times=FOR_EVER),)) == 1
    assert "half written" in failure(capsys)
    assert desk.setup("--yes") == 0


def test_a_firmware_that_does_not_listen(desk, capsys, monkeypatch):
    monkeypatch.setattr(setup, "PROMPT_S", 0.3)
    prompt = desk.prompt
    desk.prompt = lambda data: b""
    assert desk.setup("--yes") == 1
    said = failure(capsys)
    assert "waiting for the firmware: " in said and "no prompt within" in said and "`madeleine install` goes on" in said
    desk.prompt = prompt
    monkeypatch.setattr(setup, "PROMPT_S", 2.0)
    assert desk.setup("--yes") == 0


@pytest.mark.parametrize("at", [0, 3, 12])
def test_the_cable_is_pulled_while_it_installs(desk, at, capsys):
    desk.prompt.unplug_at = at
    assert desk.setup("--yes") == 1
    said = failure(capsys)
    assert "installing the app: " in said and "firmware and model are written" in said
    desk.prompt.unplug_at, desk.prompt.running = None, True
    assert desk.setup("--yes") == 0


@pytest.mark.parametrize(
    ("says", "reason"),
    [
        (b"Madeleine: no model at 0x300000\r\n", "the app cannot start: no model at 0x300000"),
        (b"", "it has not said within 0.5 s that it is ready"),
        (b'{"v": 1, "event": "rea', "it has not said within 0.5 s that it is ready"),
    ],
)
def test_an_app_that_does_not_start(tmp_path, says, reason, capsys):
    assert Desk(tmp_path, says).setup("--yes") == 1
    said = failure(capsys)
    assert reason in said and "waiting for the app: " in said and "`madeleine doctor` looks closer" in said


def test_a_card_that_starts_something_else(desk, capsys):
    desk.prompt.modules.card = {"boot.py": b""}
    assert desk.setup("--yes") == 1
    assert "take the card out" in failure(capsys)


def test_what_is_asked_for_has_to_be_there(desk, capsys):
    with pytest.raises(SystemExit) as wrong:
        cli.main(["setup", "--board", "uno"])
    assert wrong.value.code == 2
    assert cli.main(["setup", "--port", "/dev/none", "--firmware", "nothing.bin", "--model", "tour"]) == 1
    assert "nothing.bin is neither a file nor a known firmware" in capsys.readouterr().err
    words = ["--firmware", str(desk.firmware), "--model", "tour", "--yes"]
    assert cli.main(["setup", "--port", "/dev/none", *words]) == 1
    assert "/dev/none: no such port" in failure(capsys)


def test_a_dry_run_needs_no_camera(tmp_path, monkeypatch, capsys) -> None:
    (tmp_path / "maixpy.bin").write_bytes(FIRMWARE)
    monkeypatch.setattr("madeleine.camera.ports.candidates", list)
    monkeypatch.delenv("MADELEINE_PORT", raising=False)
    arguments = ["setup", "--firmware", str(tmp_path / "maixpy.bin"), "--model", "tour"]
    assert cli.main([*arguments, "--dry-run"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("Not yet: no camera on USB") and "write maixpy.bin at 0x000000" in told
    assert cli.main([*arguments, "--yes"]) == 1
    assert "no camera on USB" in capsys.readouterr().err


def test_a_class(tmp_path, monkeypatch, capsys) -> None:
    """Each camera that is plugged in, after one question; one whose app does not start holds up nobody."""
    desks = [Desk(tmp_path), Desk(tmp_path, b""), Desk(tmp_path)]
    boards = [BoxedBoard(desk.wake) for desk in desks]
    plugged = [[Port(board.device, "M5StickV", f"C{number}")] for number, board in enumerate(boards, 1)]
    plug_in(monkeypatch, [plugged[0], [], *plugged])
    names = tmp_path / "names.txt"
    names.write_text("\ufeff机 1\n\n two \n", encoding="utf-8")
    words = ["setup", "--each", "--firmware", str(desks[0].firmware), "--model", "tour"]
    words += ["--name-from-list", str(names)]
    assert cli.main([*words, "--dry-run"]) == 0
    assert capsys.readouterr().out.startswith("Each camera as it is plugged in. To be done:\n  write maixpy.bin")
    assert cli.main(["setup", "--all", *words[2:], "--dry-run"]) == 0
    assert capsys.readouterr().out.startswith(f"Cameras on {plugged[0][0]}. To be done:")
    with contextlib.ExitStack() as opened:
        for board in boards:
            opened.enter_context(board)
        assert cli.main([*words, "--yes"]) == 1
    said = capsys.readouterr().out
    assert said.count("1 of 4: ") == said.count("next camera, please") - 1 == said.count("\a") == 3
    done = 'Madeleine 0.1.0 is ready: its screen says "press A to learn"'
    report = said.partition("\ncameras: 3, failed: 1\n")[2].splitlines()
    assert [desk.flash.files["camera.name"].decode() for desk in desks[:2]] == ["机 1", "two"]
    ids = [desk.flash.files["camera.id"].decode() for desk in desks]
    assert report[0] == f'  C1  done: "机 1" (id {ids[0]}), {done}' and report[2] == f"  C3  done: id {ids[2]}, {done}"
    assert report[1].startswith("  C2  FAILED: waiting for the app: ")
    assert cli.main([*words, "--port", "x"]) == 2
