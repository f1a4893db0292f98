"""A process and its terminal: streams that are closed, full or narrow, signals, questions."""

import io
import os
import pty
import signal
import subprocess
import sys
import time

import pytest
from madeleine import terminal
from madeleine.errors import ToolError
from madeleine.examples import files

from tests import ROOT
from tests.examples.conftest import some

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT / "tools")}
MADELEINE = [sys.executable, "-m", "madeleine"]
FULL = "madeleine: the output: No space left on device; make room, or choose another place\n"


def run(*arguments, **options):
    done = subprocess.run(
        [*MADELEINE, *arguments], env={**ENVIRONMENT, **options.pop("env", {})}, stderr=subprocess.PIPE, **options
    )
    return done.returncode, (done.stdout or b"").decode("ascii"), done.stderr.decode("ascii")


@pytest.fixture
def kept(tmp_path):
    files.save(tmp_path / "kept.jsonl", some())
    return str(tmp_path / "kept.jsonl")


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_an_output_that_lacks_letters(kept, encoding):
    code, out, _ = run("examples", "list", "--file", kept, env={"PYTHONIOENCODING": encoding}, stdout=subprocess.PIPE)
    assert code == 0
    assert r"1  \u308a\u3093\u3054" in out


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")  # noqa: PTH110
@pytest.mark.parametrize("arguments", [["examples", "list", "--file"], ["model", "list"], ["--help"], ["--version"]])
def test_a_full_disk_behind_the_output(kept, arguments):
    with open("/dev/full", "wb") as full:  # noqa: PTH123
        arguments = [*arguments, kept] if arguments[-1] == "--file" else arguments
        assert run(*arguments, stdout=full) == (1, "", FULL)


@pytest.mark.parametrize(
    ("closed", "arguments", "code"),
    [
        (0, ["cards", "--wifi", "home", "-o", "cards.pdf"], 1),
        (1, ["model", "list"], 0),
        (2, ["dance"], 2),
    ],
)
def test_a_closed_stream(closed, arguments, code, tmp_path):
    done = run(*arguments, cwd=tmp_path, stdout=subprocess.PIPE, preexec_fn=lambda: os.close(closed))
    assert done[0] == code
    assert "Traceback" not in done[2]


INTERRUPTED_AT = """
import os, signal, sys
class Finder:
    def find_spec(self, name, *_):
        if name == {module!r}:
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Finder())
sys.argv = ["madeleine", "sim"]
from madeleine.cli import main
sys.exit(main())
"""


@pytest.mark.parametrize("module", ["argparse", "madeleine.commands.sim", "numpy", "rich.console"])
def test_ctrl_c_among_imports(module):
    program = [sys.executable, "-c", INTERRUPTED_AT.format(module=module)]
    done = subprocess.run(program, env=ENVIRONMENT, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "madeleine: interrupted\n")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 0)])
def test_a_signal_gives_the_cursor_back(number, code):
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [*MADELEINE, "monitor", "--port", "/dev/no such camera"],
        env={**ENVIRONMENT, "TERM": "xterm", "LANG": "C.UTF-8"},
        stdout=slave,
        stderr=slave,
        stdin=slave,
    )
    os.close(slave)
    seen, sent, end = b"", False, time.monotonic() + 60
    while time.monotonic() < end:
        try:
            seen += os.read(master, 4096)
        except OSError:  # the process has ended
            break
        if b"\x1b[?25l" in seen and not sent:
            sent = True
            process.send_signal(number)
    os.close(master)
    assert process.wait(10) == code, seen
    assert seen.rindex(b"\x1b[?25h") > seen.rindex(b"\x1b[?25l")
    assert b"Traceback" not in seen


def test_text_on_one_line():
    assert terminal.printable("りんご\u3000é 👩‍🏫"[:6]) == "りんご\u3000é "
    assert terminal.printable("a\x1b[2J\n\x9b\ud800\u202e") == r"a\x1b[2J\n\x9b\ud800\u202e"


def test_a_question(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("yes\n"))
    assert terminal.ask("Really? ", "pass --yes") == "yes"
    with pytest.raises(ToolError, match="no answer came, the input has ended: pass --yes"):
        terminal.ask("Really? ", "pass --yes")
    with pytest.raises(ToolError, match="give --password-file"):
        terminal.ask("Password: ", "give --password-file", secret=True)
