"""`madeleine sounds`: made by a program that stands in for espeak-ng, put on a folder or a camera, listed, removed."""

import shutil
import sys

import pytest
from madeleine import cli
from madeleine.board.install import repl
from madeleine.board.install.transfer import PIECE_BYTES
from madeleine.sim.storage import Storage
from madeleine.sounds import speech

from tests.fakes.board import fake_board
from tests.fakes.prompt import BoardPrompt
from tests.sounds.test_wav import recorded

READY = b'boot\r\n{"v": 1, "event": "ready", "app": "0.1.0", "board": "M5StickV"}\r\n'
SPEAKER = """#!{python}
import shutil, sys
words = sys.argv[1:]
text = sys.stdin.buffer.read().decode()
assert words[0] == '-v' and words[2] == '-w' and words[4:] == ['--stdin'], words
if words[1] == 'xx':
    sys.exit(1)
shutil.copy({wav!r}, words[3])
with open({log!r}, 'a') as log:
    print(words[1], text, file=log)
"""


@pytest.fixture
def voices(tmp_path):
    folder = tmp_path / "voices"
    folder.mkdir()
    for name, length_s in (("cup", 0.3), ("りんご", 0.6)):
        (folder / f"{name}.wav").write_bytes(recorded(length_s=length_s))
    return folder


@pytest.fixture
def said(tmp_path, monkeypatch):
    """What the stand-in for espeak-ng has been given, a line each: voice and text."""
    (tmp_path / "tone.wav").write_bytes(recorded())
    program, log = tmp_path / "espeak-ng", tmp_path / "log"
    text = SPEAKER.format(python=sys.executable, wav=str(tmp_path / "tone.wav"), log=str(log))
    program.write_text(text, encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setattr(shutil, "which", lambda name: str(program))
    return lambda: log.read_text(encoding="utf-8").splitlines() if log.exists() else []


def madeleine(*words):
    return cli.main(["sounds", *map(str, words)])


def test_make(tmp_path, said, capsys):
    out = tmp_path / "out"
    assert madeleine("make", "cup", "赤いコップ=あかい $(コップ)", "--voice", "ja", "--out", out) == 0
    assert said() == ["ja cup", "ja あかい $(コップ)"], "a text is no shell's"
    assert sorted(path.name for path in out.iterdir()) == ["cup.wav", "赤いコップ.wav"]
    assert "cup.wav: 0.5 s" in capsys.readouterr().out
    assert madeleine("put", out, "--card", tmp_path) == 0


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        (["../cup"], 2, "cannot be the name of a file"),
        (["cup", "--voice", "xx"], 1, "cannot speak"),
        (["cup", "--voice", "-h"], 2, "expected one argument"),
        (["cup", "--voice", "../../etc/passwd"], 2, "not a valid name of a voice"),
        (["cup=" + "a" * 300], 2, "1 to 200 characters"),
    ],
)
def test_what_cannot_be_made(tmp_path, said, capsys, words, code, why):
    out = tmp_path / "out"
    assert _code("make", *words, "--out", out) == code
    assert why in capsys.readouterr().err and not out.exists() and said() == []


def _code(*words):
    try:
        return madeleine(*words)
    except SystemExit as error:  # argparse's own
        return error.code


def test_without_the_program(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(speech, "PROGRAM", "no-such-program")
    assert madeleine("make", "cup", "--out", tmp_path / "out") == 1
    assert "install the package" in capsys.readouterr().err


def test_a_memory_card(tmp_path, voices, capsys):
    card = tmp_path / "card"
    card.mkdir()
    assert madeleine("list", "--card", card) == 0 and "beeps" in capsys.readouterr().out
    assert madeleine("put", voices, "--card", card) == 0
    assert sorted(path.name for path in (card / "voice").iterdir()) == ["cup.wav", "りんご.wav"]
    capsys.readouterr()
    assert madeleine("remove", "cup", "pen", "--card", card) == 2 and "no sound for pen" in capsys.readouterr().err
    assert madeleine("remove", "cup", "--card", card) == 0
    assert madeleine("list", "--card", card) == 0
    assert capsys.readouterr().out.split()[0] == "りんご:"
    assert madeleine("put", voices, "--card", tmp_path / "nowhere") == 1


def test_a_name_moves_no_cursor(tmp_path, capsys):
    (tmp_path / "voice").mkdir()
    (tmp_path / "voice" / "a\x1b[31mb.wav").write_bytes(b"")
    assert madeleine("list", "--card", tmp_path) == 0
    assert capsys.readouterr().out == "a\\x1b[31mb: 0 bytes\n"


def test_a_file_that_is_not_there(tmp_path, capsys):
    assert madeleine("put", tmp_path / "cup.wav", "--card", tmp_path) == 1
    assert "check the name" in capsys.readouterr().err


def test_nothing_is_written_outside_the_card(tmp_path, voices, capsys):
    card, outside = tmp_path / "card", tmp_path / "outside"
    card.mkdir()
    outside.mkdir()
    (card / "voice").symlink_to(outside)
    assert madeleine("put", voices, "--card", card) == 1
    assert "leads out of the folder" in capsys.readouterr().err and not list(outside.iterdir())


def test_the_cameras_flash(tmp_path, voices, capsys, monkeypatch):
    monkeypatch.setattr(repl, "CHUNK_S", 0)
    flash = Storage(None, "spiffs")
    flash.files["examples.0"] = bytearray(b"taught")
    prompt = BoardPrompt(flash, READY)
    with fake_board(prompt) as board:
        assert madeleine("put", voices, "--port", board.device) == 0
        assert set(flash.files) == {"examples.0", "voice/cup.wav", "voice/りんご.wav"}
        assert len(flash.files["voice/りんご.wav"]) > PIECE_BYTES, "it comes in pieces"
        assert madeleine("put", voices, "--card", tmp_path) == 0
        there = (tmp_path / "voice" / "りんご.wav").read_bytes()
        assert bytes(flash.files["voice/りんご.wav"]) == there
        capsys.readouterr()
        assert madeleine("list", "--port", board.device) == 0
        assert [line.split(":")[0] for line in capsys.readouterr().out.splitlines()] == ["cup", "りんご"]
        assert madeleine("remove", "cup", "--port", board.device) == 0
        assert set(flash.files) == {"examples.0", "voice/りんご.wav"}
    assert prompt.restarts == 3


def test_a_flash_that_is_full(voices, capsys, monkeypatch):
    monkeypatch.setattr(repl, "CHUNK_S", 0)
    flash = Storage(None, "spiffs")
    flash.files["full"] = bytearray(flash.room_for("full", 1 << 30))
    with fake_board(BoardPrompt(flash, READY)) as board:
        assert madeleine("put", voices, "--port", board.device) == 1
    assert "too full" in capsys.readouterr().err and set(flash.files) == {"full"}
