"""`madeleine install` and `uninstall` against a prompt of our own: what arrives, and what is said when it does not."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from madeleine import cli
from madeleine.board.install import installer, repl
from madeleine.board.install.manifest import app_files
from madeleine.camera.usb import Board
from madeleine.fonts import make
from madeleine.fonts.make import font_files
from madeleine.sim.storage import Storage

from tests import ROOT
from tests.fakes.board import FakeBoard, fake_board
from tests.fakes.liar import LyingPrompt
from tests.fakes.prompt import BoardPrompt

READY = b'boot\r\n{"v": 1, "event": "ready", "app": "0.1.0", "board": "M5StickV", "examples": 3, "capacity": 250}\r\n'
FOREIGN = b"while True: pass"
LATIN = font_files()
ID = {"camera.id": b"0badcafe"}


@pytest.fixture(autouse=True)
def quick(monkeypatch) -> None:
    monkeypatch.setattr(repl, "CHUNK_S", 0)
    monkeypatch.setattr(installer, "made_id", lambda: "0badcafe")


@pytest.fixture
def flash() -> Storage:
    """The flash of a camera on which another program is."""
    storage = Storage(None, "spiffs")
    storage.files.update({"boot.py": bytearray(FOREIGN), "examples.0": bytearray(b"taught")})
    return storage


@pytest.fixture
def prompt(flash: Storage) -> BoardPrompt:
    return BoardPrompt(flash, READY)


@pytest.fixture
def board(prompt: BoardPrompt, monkeypatch) -> Iterator[FakeBoard]:
    monkeypatch.setattr("madeleine.camera.usb.INTERRUPT_S", 0.5)
    with fake_board(prompt) as fake:
        yield fake


def madeleine(*arguments: str) -> int:
    return cli.main(list(arguments))


def content(flash: Storage) -> dict[str, bytes]:
    return {name: bytes(data) for name, data in flash.files.items()}


def test_install(board, prompt, flash, capsys) -> None:
    assert madeleine("install", "--port", board.device) == 0
    assert content(flash) == {**app_files(ROOT), **LATIN, "examples.0": b"taught", "heap.unset": b"", **ID}
    assert not prompt.modules.heaps_written, "that is for the app, when it has loaded its model"
    assert prompt.restarts == 1
    assert "press A" in capsys.readouterr().out


def test_again_is_nothing(board, prompt, flash, capsys) -> None:
    assert madeleine("install", "--port", board.device) == 0
    before = content(flash)
    prompt.ran.clear()
    capsys.readouterr()
    assert madeleine("install", "--port", board.device) == 0
    assert content(flash) == before
    assert not any("begin(" in code for code in prompt.ran[2:])
    assert "nothing to copy" in capsys.readouterr().out


def test_the_id_lasts_and_the_name_is_its_owners(board, flash, capsys) -> None:
    assert madeleine("install", "--port", board.device, "--json", "--name", " りんご's ") == 0
    report = json.loads(capsys.readouterr().out)
    assert [report[key] for key in ("id", "name")] == ["0badcafe", "りんご's"]
    assert madeleine("uninstall", "--port", board.device) == 0
    capsys.readouterr()
    assert madeleine("install", "--port", board.device) == 0
    assert "It is called \"りんご's\"." in capsys.readouterr().out
    assert flash.files["camera.id"] == ID["camera.id"] and flash.files["camera.name"].decode() == "りんご's"
    assert madeleine("install", "--port", board.device, "--name", "desk") == 0
    assert flash.files["camera.id"] == ID["camera.id"] and flash.files["camera.name"] == b"desk"


def test_a_twin_gets_another_id(board, flash) -> None:
    flash.files["camera.id"] = bytearray(b"12345678")
    assert madeleine("install", "--port", board.device) == 0
    assert flash.files["camera.id"] == b"12345678"
    assert madeleine("install", "--port", board.device, "--new-id") == 0
    assert flash.files["camera.id"] == ID["camera.id"]


@pytest.mark.parametrize("damaged", [b"", b"\xff"])
def test_an_id_that_a_cut_has_damaged_is_made_again(board, flash, damaged) -> None:
    flash.files["camera.id"] = bytearray(damaged)
    assert madeleine("install", "--port", board.device) == 0
    assert flash.files["camera.id"] == ID["camera.id"]


def test_names_that_do_not_go_together(tmp_path, capsys) -> None:
    names = tmp_path / "names.txt"
    names.write_text("a\n")
    for words, why in (
        (["--all", "--name", "desk"], "give many their names"),
        (["--name-from-list", str(names)], "give one camera its name"),
        (["--name", "a\nb"], "not a valid name"),
    ):
        try:
            code = madeleine("install", *words)
        except SystemExit as error:
            code = error.code
        assert code == 2 and why in capsys.readouterr().err
    assert madeleine("install", "--all", "--name-from-list", str(tmp_path / "none")) == 1
    assert "cannot be read" in capsys.readouterr().err


def test_a_writing_stays(board, prompt, flash, capsys, monkeypatch) -> None:
    monkeypatch.setattr(make, "made", lambda writing: b"letters of " + writing.encode() * 3000)
    assert madeleine("install", "--port", board.device, "--writing", "ja", "--json") == 0
    assert json.loads(capsys.readouterr().out)["fonts"] == ["ja.font", "ja.words", "latin.font"]
    assert flash.files["ja.font"] == b"letters of " + b"ja" * 3000
    assert madeleine("install", "--port", board.device) == 0
    assert "ja.font" in flash.files and "nothing to copy" in capsys.readouterr().out
    assert madeleine("uninstall", "--port", board.device) == 0
    assert not [name for name in flash.files if name.endswith((".font", ".words"))]


def test_each_bar_gets_to_its_end(board) -> None:
    shown = []
    with Board.open(board.device) as opened:
        installer.install(opened, ROOT, lambda *told: shown.append(told))
    last = {total: done for done, total, _ in shown}
    assert len(last) == 2 and all(done == total for total, done in last.items())


def test_a_font_that_was_cut_off_is_written_again(board, flash) -> None:
    flash.files["latin.font"] = LATIN["latin.font"][:5000]
    assert madeleine("install", "--port", board.device) == 0
    assert flash.files["latin.font"] == LATIN["latin.font"]


def test_a_flash_without_room_for_a_writing(board, flash, capsys, monkeypatch) -> None:
    monkeypatch.setattr(make, "made", lambda writing: bytes(100 if writing == "latin" else 2_600_000))
    assert madeleine("install", "--port", board.device, "--writing", "ja") == 1
    assert "too full for ja.font" in capsys.readouterr().err
    assert flash.files["latin.font"] == bytes(100) and "main.py" in flash.files


@pytest.fixture
def small(tmp_path, monkeypatch) -> Path:
    """An app of four files in place of ours."""
    for name in ("boot.py", "main.py", "lib/app.py", "lib/version.py", "firmware/install.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    monkeypatch.setattr("madeleine.commands.install.board_files", lambda: tmp_path)
    return tmp_path


def test_the_cable_is_pulled_at_every_command(prompt, flash, small, capsys) -> None:
    """One line, exit code 1; and what is there goes on from where it was."""
    for at in range(40):
        prompt.unplug_at, prompt.running = at, True
        prompt.ran.clear()
        with fake_board(prompt) as fake:
            code = madeleine("install", "--port", fake.device)
        if code == 0:
            break
        said = capsys.readouterr().err
        assert said.count("\n") == 1, said
        assert "the cable" in said
        assert "next/sealed" not in flash.files
        assert content(flash)["boot.py"] == FOREIGN or app_files(small).items() <= content(flash).items()
    assert code == 0
    assert at >= 8
    assert content(flash) == {**app_files(small), **LATIN, "examples.0": b"taught", "heap.unset": b"", **ID}


def test_a_silent_board(capsys, monkeypatch) -> None:
    monkeypatch.setattr("madeleine.camera.usb.INTERRUPT_S", 0.3)
    with fake_board(lambda data: b"") as fake:
        assert madeleine("install", "--port", fake.device) == 1
    assert "no prompt within" in capsys.readouterr().err


def test_what_the_board_raises_is_told(board, prompt, flash, capsys) -> None:
    flash.files["big"] = bytearray(2_700_000)
    assert madeleine("install", "--port", board.device) == 1
    assert "/flash is too full" in capsys.readouterr().err
    board.unplug()
    assert prompt.restarts == 1, "what was there starts again"
    assert "next/sealed" not in flash.files


def test_another_kind_of_board(board, prompt, capsys, monkeypatch) -> None:
    monkeypatch.setattr(
        "madeleine.board.install.installer.LOOK", """print('{"platform": "esp32", "top": ["flash"]}')"""
    )
    assert madeleine("install", "--port", board.device) == 1
    assert "this is esp32 and not MaixPy" in capsys.readouterr().err


def test_a_card_that_starts_something_else(board, prompt, flash, capsys) -> None:
    prompt.modules.card = {"boot.py": b""}
    assert madeleine("install", "--port", board.device) == 1
    assert "memory card" in capsys.readouterr().err
    assert content(flash) == {**app_files(ROOT), **LATIN, "examples.0": b"taught", "heap.unset": b"", **ID}


@pytest.mark.parametrize(
    ("says", "reason"),
    [(b"Madeleine: no model at 0x300000\r\n", "no model at 0x300000"), (b"", "it has not said within 0.5 s")],
)
def test_an_app_that_does_not_start(board, prompt, says, reason, capsys, monkeypatch) -> None:
    prompt.after_reset = says
    monkeypatch.setattr("madeleine.board.setup.READY_S", 0.5)
    assert madeleine("install", "--port", board.device) == 1
    said = capsys.readouterr().err
    assert said.startswith("madeleine: all is on the camera, but ") and reason in said


def test_json(board, capsys) -> None:
    assert madeleine("install", "--json", "--port", board.device) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["copied"][:2] == ["boot.py", "main.py"]
    assert report["ready"]["examples"] == 3


@pytest.mark.parametrize(("option", "left"), [([], {"examples.0", *ID}), (["--examples"], set())])
def test_uninstall(board, flash, option, left, capsys) -> None:
    assert madeleine("install", "--port", board.device) == 0
    assert madeleine("uninstall", "--port", board.device, *option) == 0
    assert set(flash.files) == left
    kept = "" if option else "; what was taught is still there"
    assert f"{len(app_files(ROOT)) + len(LATIN) + 1 + 2 * len(option)} files removed{kept}." in capsys.readouterr().out


def test_a_broken_installation_of_ours(tmp_path) -> None:
    (tmp_path / "lib").mkdir()
    with pytest.raises(Exception, match="has no modules"):
        app_files(tmp_path)
    (tmp_path / "lib/app.py").write_text("")
    with pytest.raises(Exception, match=r"boot\.py"):
        app_files(tmp_path)


@pytest.mark.parametrize("printed", [b"", b"junk", b"\xff\xfe", b"[]", b"12 34", b'{"platform": "MaixPy", "top": 3}'])
def test_a_prompt_that_prints_nonsense(printed, capsys) -> None:
    with fake_board(LyingPrompt(printed)) as fake:
        assert cli.main(["install", "--port", fake.device]) == 1
    told = capsys.readouterr().err
    assert told.count("\n") == 1 and ("makes no sense" in told or "not MaixPy" in told)


def test_files_that_nobody_has_are_not_sent(capsys) -> None:
    look = b'{"platform": "MaixPy", "version": "v", "top": ["flash"], "card": []}'
    with fake_board(LyingPrompt(look, b"", b"False", b"", b'["/etc/passwd"]')) as fake:
        assert cli.main(["install", "--port", fake.device]) == 1
    assert "it asks for files that the app does not have" in capsys.readouterr().err
