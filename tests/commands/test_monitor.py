"""`madeleine monitor` and `madeleine replay` as they are called, and what they show."""

import io
import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from madeleine import cli
from madeleine.monitor.items import Cable, Heard, Linked, Tick
from madeleine.monitor.live import LiveView, bar, picture
from madeleine.monitor.state import State
from rich.console import Console

from tests.fakes.board import fake_board
from tests.monitor.app_lines import line, seen
from tests.monitor.monitor_picture import drawn
from tests.monitor.servers import WAIT_S

LESSON = Path(__file__).with_name("lesson.jsonl")
MONITOR = [sys.executable, "-m", "madeleine", "monitor"]


@pytest.fixture(autouse=True)
def tokyo(monkeypatch):
    """The times of the lesson."""
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_a_lesson_replayed_in_a_pipe(capsys) -> None:
    assert cli.main(["replay", str(LESSON), "--speed", "0"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[:5] == [
        "09:00:00  connected to /dev/ttyUSB0",
        "09:00:04  cup appears, distance 83.2 of 200",
        "09:00:11  cup goes, after 8 s",
        "09:00:16  pen appears, distance 140.7 of 200",
        "09:00:20  card: はさみ",
    ]
    assert told[-1] == "09:00:51  refused: Unknown word *dance"
    assert len(told) == 15


def test_json_is_the_log_again(capsys) -> None:
    assert cli.main(["replay", str(LESSON), "--speed", "0", "--json"]) == 0
    assert capsys.readouterr().out == LESSON.read_text(encoding="utf-8")


def test_rules_are_tried_with_a_log(tmp_path: Path, capsys) -> None:
    rules = tmp_path / "rules.toml"
    code = "import os; open('seen', 'a').write(os.environ['MADELEINE_LABEL'] + '\\n')"
    rules.write_text(f"[[rule]]\nrun = {json.dumps([sys.executable, '-c', code])}\n[[rule]]\nrun = ['no-such-thing']\n")
    assert cli.main(["replay", str(LESSON), "--speed", "0", "--rules", str(rules)]) == 0
    assert (tmp_path / "seen").read_text(encoding="utf-8").split() == ["cup", "pen", "はさみ", "cup"]
    assert "rule 2 (any name appears): program 'no-such-thing' not found" in capsys.readouterr().out


def test_checking_rules(tmp_path: Path, capsys) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text("[[rule]]\nname = 'cup'\nrun = ['env', '--', '{label}']\n")
    assert cli.main(["monitor", "--rules", str(rules), "--check-rules"]) == 0
    assert capsys.readouterr().out == f"rule 1 (cup appears): runs env -- {{label}}\n{rules}: all right\n"
    rules.write_text("[[rule]]\nrun = ['no-such-thing']\n")
    assert cli.main(["monitor", "--rules", str(rules), "--check-rules"]) == 1
    assert capsys.readouterr().err.endswith("program 'no-such-thing' not found: install it, or give its path\n")
    assert cli.main(["monitor", "--check-rules"]) == 2
    assert "name their file with --rules" in capsys.readouterr().err


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps its rights elsewhere")
def test_checking_rules_with_a_password(tmp_path: Path, capsys) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text("[[rule]]\nmqtt = { topic = 'a' }\n[mqtt]\nhost = 'a'\nuser = 'b'\npassword = 's3cret'\n")
    for mode, told in ((0o644, True), (0o600, False)):
        rules.chmod(mode)
        assert cli.main(["monitor", "--rules", str(rules), "--check-rules"]) == 0
        out = capsys.readouterr().out
        assert (f"chmod 600 {rules}" in out) == told and "s3cret" not in out


@pytest.mark.parametrize("speed", ["-1", "nan", "fast", "inf"])
def test_no_speed(speed: str, capsys) -> None:
    with pytest.raises(SystemExit) as exit:
        cli.main(["replay", str(LESSON), f"--speed={speed}"])
    assert exit.value.code == 2
    assert "is not a valid speed" in capsys.readouterr().err


def test_what_is_wrong_is_one_line(tmp_path: Path, capsys) -> None:
    assert cli.main(["replay", str(tmp_path / "missing")]) == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert cli.main(["monitor", "--rules", str(tmp_path / "missing")]) == 1
    assert "cannot be read" in capsys.readouterr().err


def started(*arguments: str, **options) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([*MONITOR, *arguments], stdin=subprocess.DEVNULL, **options)


def test_the_whole_of_it_in_a_pipe(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    with (
        fake_board(lambda data: seen("cup").encode() + b"\r\nnoise\r\n") as board,
        started("--json", "--log", str(log), "--port", board.device, stdout=subprocess.PIPE) as monitor,
    ):
        said = [json.loads(monitor.stdout.readline()) for _ in range(3)]
        assert [list(one)[1] for one in said] == ["cable", "said", "line"]
        assert said[1]["said"]["name"] == "cup"
        monitor.send_signal(signal.SIGINT)
        assert monitor.wait(WAIT_S) == 0
        assert [json.loads(kept) for kept in log.read_text().splitlines()] == said


def test_nobody_reads_on(tmp_path: Path) -> None:
    with (
        fake_board(lambda data: b"") as board,
        started("--port", board.device, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as monitor,
    ):
        assert b"connected" in monitor.stdout.readline()
        monitor.stdout.close()
        board.say(seen("cup").encode() + b"\n")
        assert monitor.wait(WAIT_S) == 0
        assert monitor.stderr.read() == b""


def test_the_whole_of_it_in_a_terminal() -> None:
    """A picture is drawn until Ctrl-C, and the cursor is back afterwards."""
    terminal, its_end = pty.openpty()
    settings = {**os.environ, "TERM": "xterm", "COLUMNS": "100", "LINES": "30"}
    with (
        fake_board(lambda data: seen("cup", next="pen", next_distance=261).encode() + b"\r\n") as board,
        started("--port", board.device, stdout=its_end, env=settings) as monitor,
    ):
        os.close(its_end)
        drawing = b""
        while not re.search(rb"for [1-9]\d* s", drawing):
            drawing += os.read(terminal, 65536)
        monitor.send_signal(signal.SIGINT)
        while True:
            try:
                drawing += os.read(terminal, 65536)
            except OSError:  # the last one has closed it
                break
        assert monitor.wait(WAIT_S) == 0
    os.close(terminal)
    text = re.sub(r"\x1b\[[\d;?]*\w", "", drawing.decode(errors="replace"))  # Ctrl-C may cut a character
    assert "cup appears, distance 83.2" in text
    assert f"{board.device}: connected" in text
    assert drawing.rfind(b"\x1b[?25h") > drawing.rfind(b"\x1b[?25l")


# -- the picture ------------------------------------------------------------------------------------------------------


def shown(state: State, height: int = 24, width: int = 90) -> str:
    console = Console(record=True, width=width, height=height, file=io.StringIO())
    console.print(picture(state, height))
    return console.export_text()


def test_the_picture_of_the_lesson() -> None:
    text = drawn(LESSON).export_text()
    for part in ("cup   for 5 s", "61.9 of 200", "next: pen", "274.5", "5 of 250 examples", "battery 77%", "はさみ"):
        assert part in text
    assert "/dev/ttyUSB0: connected" in text
    rows = [row for row in text.splitlines() if "┃" in row]
    assert len(rows) == 2
    first, second = (row.index("┃") for row in rows)
    assert first == second, "the limit is one line down the middle"
    assert rows[0].count("█") == round(36 * 61.9 / 400)


def test_the_picture_says_where_it_is() -> None:
    state = State()
    state.take(Heard(0.0, seen("cup", centre=[56, 110])))
    assert "cup   for 0 s, at 56, 110" in shown(state)


@pytest.mark.parametrize("height", [14, 24, 30, 80])
def test_the_picture_fits(height: int) -> None:
    state = State()
    for number in range(300):
        state.take(Heard(float(number), seen(f"thing {number}")))
    rows = shown(state, height).splitlines()
    assert len(rows) < height
    assert "thing 299 appears" in "".join(rows)
    assert re.search(r"29\d more|28\d more", "".join(rows))


def test_a_picture_of_nothing() -> None:
    state = State()
    assert "no camera heard yet" in shown(state)
    state.take(Linked(1.0, Cable.CONNECTED, "ttyUSB0"))
    assert "nothing yet" in shown(state)
    state.take(Heard(2.0, line("gone")))
    text = shown(state)
    assert "nothing yet" not in text
    assert "nothing" in text


def test_the_gauge() -> None:
    state = State()
    state.take(Heard(1.0, line("gauge", value=None)))
    assert re.search(r"gauge +░{36} +--", shown(state))
    state.take(Heard(1.0, "[DISTANCE]: 142.0"))
    assert re.search(r"gauge +█{36} +142", shown(state))


def test_names_are_no_markup() -> None:
    state = State()
    state.take(Heard(1.0, seen("[red]cup[/red] \x1b[2J")))
    state.take(Heard(1.0, "[bold] \x1b]0;title\x07"))
    state.take(Linked(1.0, Cable.CONNECTED, "[blink]"))
    text = shown(state)
    assert "[red]cup[/red] \ufffd[2J" in text
    assert "[bold] \ufffd]0;title\ufffd" in text
    assert "[blink]" in text
    assert "\x1b" not in text


@pytest.mark.parametrize("limit", [0, -5, None, 1e14])
def test_odd_limits_draw(limit: float | None) -> None:
    state = State()
    state.take(Heard(1.0, line("status", limit=limit, battery_mv=10**9, examples=-1)))
    state.take(Heard(1.0, seen("cup", -1e14, next="", next_distance=1e14)))
    assert "cup" in shown(state)


def test_bars() -> None:
    assert bar(0.5, 0.5).plain == "█" * 18 + "┃" + "░" * 18
    assert bar(-1).plain == "░" * 36
    assert bar(7).plain == "█" * 36


def test_a_terminal_is_not_flooded() -> None:
    console = Console(file=io.StringIO(), force_terminal=True, width=90, height=24)
    state = State()
    view = LiveView(state, console)
    for number in range(2000):
        item = Heard(float(number), seen(f"thing {number}"))
        view.take(item, state.take(item))
    view.take(Tick(2000.0), [])
    view.close()
    assert console.file.getvalue().count("times seen") < 200
    assert "thing 1999 appears" in console.file.getvalue()
