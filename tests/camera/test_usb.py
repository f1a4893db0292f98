"""The camera on the cable: requests, answers, garbage, silence, unplugging, and what is at the other end."""

import json
import re
import threading

import pytest
from madeleine.camera import usb
from madeleine.camera.ports import Port
from madeleine.camera.serial_port import LineError, LineLost, NoSuchPort, PortBusy, SerialLine
from madeleine.camera.usb import AtPrompt, Board, NoAnswer, Refused, State

from tests.fakes.board import fake_board

STATUS = {"v": 1, "event": "status", "app": "0.1.0", "examples": 3}


def app(data: bytes, **answer: object) -> bytes:
    """The app's answer to the requests in `data`, between the firmware's own messages."""
    marks = re.findall(rb'"id": "([^"]*)"', data)
    said = [json.dumps({**STATUS, **answer, "id": mark.decode()}).encode() for mark in marks]
    return b"kpu_net __del__\r\n" + b"".join(line + b"\r\n" for line in said)


def prompt(data: bytes) -> bytes:
    """The firmware's prompt: what is typed comes back, a line is run."""
    return data.replace(b"\r", b"\r\n{'do': 'status'}\r\n>>> ").replace(b"\x03", b"\r\n>>> ")


def test_an_answer_is_ours() -> None:
    late = json.dumps({**STATUS, "examples": 99, "id": "ffff-1"}).encode() + b"\n"
    with fake_board(app, b"\0\xff half {" + late) as fake, Board.open(fake.device) as board:
        assert board.ask("status")["examples"] == 3
        board.ask("forget", name="é𝄞")
        assert "é𝄞".encode() in fake.heard, "the board's JSON reader knows no surrogate pairs"


def test_several_answers() -> None:
    with fake_board(lambda data: app(data) + app(data, event="exported")) as fake, Board.open(fake.device) as board:
        answers = board.answers("export")
        assert [next(answers)["event"], next(answers)["event"]] == ["status", "exported"]


def test_a_refusal_is_an_error() -> None:
    with (
        fake_board(lambda data: app(data, event="refused", code="full", text="Full: forget some")) as fake,
        Board.open(fake.device) as board,
        pytest.raises(Refused, match="Full: forget some") as refusal,
    ):
        board.ask("learn", name="cup")
    assert refusal.value.code == "full"


def test_silence_has_an_end() -> None:
    with fake_board(lambda data: b"") as fake, Board.open(fake.device) as board:
        with pytest.raises(NoAnswer, match="'list' within"):
            board.ask("list", timeout_s=0.1)
        with pytest.raises(NoAnswer, match="power button"):
            board.interrupt(timeout_s=0.2)


def test_no_app_is_said_at_once() -> None:
    with fake_board(prompt) as fake, Board.open(fake.device) as board, pytest.raises(AtPrompt, match="not running"):
        board.ask("list", timeout_s=60)


def test_the_cable_is_pulled() -> None:
    with (
        fake_board(lambda data: None) as fake,
        Board.open(fake.device) as board,
        pytest.raises(LineLost, match="cable"),
    ):
        board.ask("status")


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (app, State.APP),
        (lambda data: app(data, event="refused", text=""), State.APP),
        (prompt, State.PROMPT),
        (lambda data: b"[DETECTED]: cup\r\n", State.OTHER),
        (lambda data: b"\xff\xfe", State.OTHER),
        (lambda data: b"raw REPL\r\n>>> " if b"\x02" in data else b"", State.PROMPT),
        (lambda data: b"", State.SILENT),
    ],
)
def test_what_is_there(answer, state: State) -> None:
    with fake_board(answer) as fake, Board.open(Port(fake.device)) as board:
        assert board.state(timeout_s=0.2) is state
        assert b"\x03" not in fake.heard, "looking stops nothing"


def test_interrupting() -> None:
    stubborn = iter([b"", b"", b"\r\nKeyboardInterrupt: \r\n>>> "])
    with fake_board(lambda data: next(stubborn, b"")) as fake, Board.open(fake.device) as board:
        board.interrupt()
        assert fake.heard == b"\x03" + b"\x03\x02" * 2


def test_one_program_at_a_time() -> None:
    with fake_board(app) as fake, SerialLine(fake.device), pytest.raises(PortBusy, match="in use by"):
        SerialLine(fake.device)


def test_no_such_port(tmp_path) -> None:
    with pytest.raises(NoSuchPort, match="no such port"):
        SerialLine(str(tmp_path / "ttyUSB0"))


def test_opening_touches_no_reset_line(monkeypatch) -> None:
    """A pty has none of these lines; what would be set is recorded."""
    set_lines = []
    monkeypatch.setattr("serial.Serial._update_dtr_state", lambda self: set_lines.append(("dtr", self.dtr)))
    monkeypatch.setattr("serial.Serial._update_rts_state", lambda self: set_lines.append(("rts", self.rts)))
    with fake_board(app) as fake, Board.open(fake.device) as board:
        assert set_lines
        assert not any(on for _, on in set_lines)
        set_lines.clear()
        board.reset()
        assert set_lines == [("rts", False), ("dtr", True), ("dtr", False)]


def test_reading_goes_on_while_it_is_asked() -> None:
    """Messages that come in pieces, from a board that speaks by itself."""
    with fake_board(app) as fake, Board.open(fake.device) as board:
        whole = b"".join(json.dumps({**STATUS, "examples": n}).encode() + b"\r\n" for n in range(50))

        def speak() -> None:
            for start in range(0, len(whole), 7):
                fake.say(whole[start : start + 7])

        thread = threading.Thread(target=speak)
        thread.start()
        got = []
        for message in board.messages(timeout_s=10):
            got.append(message["examples"])
            if len(got) == 50:
                break
        thread.join()
        assert got == list(range(50))


def test_every_wait_has_a_bound() -> None:
    assert max(usb.ANSWER_S, usb.PROBE_S, usb.INTERRUPT_S) <= 10


def test_an_address_is_no_device() -> None:
    with pytest.raises(LineError, match=r"^loop://: not a device: .* or write url:loop://$"):
        SerialLine("loop://")
    with SerialLine("url:loop://") as line:
        line.write(b"x")
        assert line.read(1) == b"x"
