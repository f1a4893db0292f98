"""A disk that is full, a process that is killed while it writes, no home: one line, and nothing acknowledged is lost.

Linux gives a process a largest size of its files (RLIMIT_FSIZE). A write beyond it fails as one to a full disk does;
with the signal SIGXFSZ left as it is, it kills the process in the middle of the write.
"""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from madeleine.examples import files
from madeleine.monitor.log import replayed

from tests import ROOT
from tests.examples.conftest import some

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits and signals of Linux")

LIMITED = """
import resource, signal, sys
resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
signal.signal(signal.SIGXFSZ, signal.SIG_{then})
"""
CLI = "from madeleine import cli; sys.exit(cli.main(sys.argv[1:]))"
LOG = """
from pathlib import Path
from madeleine.monitor.items import Heard
from madeleine.monitor.log import LogFile
log = LogFile(Path(sys.argv[1]))
for number in range(1000):
    log.take(Heard(number, "line"), [])
    print(number, flush=True)
"""
FLASH = """
from pathlib import Path
from madeleine.sim.scenario.stage import play_file
play_file(Path(sys.argv[1]), flash=Path(sys.argv[2]), listener=lambda kind, text: print(kind, text, flush=True))
"""
FETCH = """
import hashlib
from pathlib import Path
from types import SimpleNamespace
from madeleine import cli, download
data = Path(sys.argv[1]).read_bytes()
row = SimpleNamespace(name="it", address="", size_bytes=len(data), sha256=hashlib.sha256(data).hexdigest())
download.fetch(row, Path(sys.argv[2]), Path(sys.argv[1]))
"""
# Each learns some; the flash's largest file, the font, has less than FLASH_BYTES, that of these examples more.
LESSON = "boot\n" + 'usb> {"do": "learn", "name": "cup"}\nwait 2 frames\n' * 80
FLASH_BYTES = 50 << 10
FULL, KILLED = "IGN", "DFL"


def limited(code, limit, then, *arguments, **variables):
    """What a bit of Python does that may write files of `limit` bytes."""
    usual = {name: value for name, value in os.environ.items() if "COVERAGE" not in name}  # its file would not fit
    return subprocess.run(
        [sys.executable, "-c", LIMITED.format(limit=limit, then=then) + code, *map(str, arguments)],
        env={**usual, "PYTHONPATH": os.pathsep.join((str(ROOT / "tools"), str(ROOT))), **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def files_of(folder):
    return {path.name for path in folder.iterdir()}


@pytest.fixture
def kept(tmp_path):
    files.save(tmp_path / "kept.jsonl", some())
    return tmp_path / "kept.jsonl"


COMMANDS = {
    "examples": ["examples", "merge", "kept.jsonl", "kept.jsonl", "-o", "out.jsonl"],
    "the file itself": ["examples", "forget", "cup", "--file", "kept.jsonl"],
    "cards": ["cards", "cup", "-o", "out.pdf"],
    "model": ["model", "edit", "tour", "--headless", "-o", "out.kmodel"],
}


@pytest.mark.parametrize("then", [FULL, KILLED])
@pytest.mark.parametrize("limit", [0, 1, 1000])
@pytest.mark.parametrize("arguments", COMMANDS.values(), ids=COMMANDS)
def test_a_file_is_whole_or_as_it_was(kept, arguments, limit, then, monkeypatch):
    monkeypatch.chdir(kept.parent)
    out = Path("kept.jsonl" if arguments[-1] == "kept.jsonl" else arguments[-1])
    if not out.exists():
        out.write_bytes(b"old")
    before = out.read_bytes()
    done = limited(CLI, limit, then, *arguments)
    assert out.read_bytes() == before
    if then == FULL:
        assert done.returncode == 1 and done.stderr.count("\n") == 1, done.stderr
        assert "cannot be written (File too large); choose another place" in done.stderr
        assert files_of(kept.parent) == {"kept.jsonl", out.name}, "no part of a file stays"
    else:
        assert done.returncode == -signal.SIGXFSZ
    assert limited(CLI, 1 << 30, FULL, *arguments).returncode == 0, "and again, with room"
    assert out.read_bytes() != before


@pytest.mark.parametrize("then", [FULL, KILLED])
def test_a_log_keeps_each_line_that_was_taken(tmp_path, then):
    log = tmp_path / "log.jsonl"
    for limit in (10_000, 10_007, 20_000):
        done = limited(LOG, limit, then, log)
        assert done.returncode == (1 if then == FULL else -signal.SIGXFSZ)
        assert ("log.jsonl: cannot be written (File too large)" in done.stderr) == (then == FULL)
    again = limited(LOG, 1 << 30, then, log)
    taken = len(done.stdout.split()) + len(again.stdout.split())
    assert len([item for item in replayed(log, 0) if getattr(item, "line", "") == "line"]) >= taken > 1000


@pytest.mark.parametrize("then", [FULL, KILLED])
def test_a_flash_folder_keeps_each_example_that_was_acknowledged(tmp_path, then):
    lesson, boot, flash = tmp_path / "lesson.txt", tmp_path / "boot.txt", tmp_path / "flash"
    lesson.write_text(LESSON)
    boot.write_text("boot\nwait 20 frames\n")
    done = limited(FLASH, FLASH_BYTES, then, lesson, flash)
    acknowledged = done.stdout.count('"event": "learned"')
    assert 50 < acknowledged < 80, done.stdout[-1000:] + done.stderr
    assert done.returncode == (0 if then == FULL else -signal.SIGXFSZ)
    assert ('"event": "error"' in done.stdout) == (then == FULL), "the camera says that it cannot keep it"
    ready = next(
        line for line in limited(FLASH, 1 << 30, FULL, boot, flash).stdout.splitlines() if '"event": "ready"' in line
    )
    assert acknowledged <= json.loads(ready.partition(" ")[2])["examples"] <= acknowledged + 1


@pytest.mark.parametrize("command", [["sim", "--headless", "boot.txt"], ["web", "--no-browser", "--port", "0"]])
def test_a_flash_folder_that_cannot_be_written(tmp_path, command, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("boot.txt").write_text("boot\n")
    for flash, limit in (("boot.txt/flash", 1 << 30), ("flash", 100)):
        done = limited(CLI, limit, FULL, *command, "--model", "tour", "--flash", flash)
        assert done.returncode == 1 and done.stderr.count("\n") == 1, done.stderr
        assert f"{flash} cannot be written" in done.stderr and "--flash" in done.stderr


@pytest.mark.parametrize("then", [FULL, KILLED])
def test_the_cache_has_whole_files_only(tmp_path, then):
    source, target = tmp_path / "source", tmp_path / "cache" / "it.kmodel"
    source.write_bytes(bytes(range(256)) * 40)
    assert limited(FETCH, 5000, then, source, target).returncode != 0
    assert not target.exists()
    assert limited(FETCH, 1 << 30, then, source, target).returncode == 0
    assert target.read_bytes() == source.read_bytes() and files_of(target.parent) == {"it.kmodel"}


@pytest.mark.parametrize("variables", [{"HOME": ""}, {"HOME": "/no/such"}, {"HOME": "{file}"}])
def test_without_a_home(tmp_path, variables, monkeypatch):
    """What needs no cache does without; what wants one says how to have another."""
    monkeypatch.chdir(tmp_path)
    Path("file").touch()
    Path("boot.txt").write_text("boot\n")
    home = {"HOME": variables["HOME"].format(file=tmp_path / "file"), "XDG_CACHE_HOME": ""}
    for command in (["model", "list"], ["firmware", "list"], ["sim", "--headless", "boot.txt", "--model", "tour"]):
        done = limited(CLI, 1 << 30, FULL, *command, **home)
        assert (done.returncode, done.stderr) == (0, "")


def test_a_cache_that_cannot_be(tmp_path):
    (tmp_path / "file").touch()
    done = limited(FETCH, 1 << 30, FULL, tmp_path / "file", tmp_path / "file" / "cache" / "it.kmodel")
    assert (
        "cannot be written (Not a directory); choose another place, for all of them with MADELEINE_CACHE"
        in (done.stderr.splitlines()[-1])
    )
