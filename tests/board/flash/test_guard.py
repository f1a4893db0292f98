"""kflash behind its guard, against a boot ROM that lies: the bytes are there, or the right sentence says why not."""

import multiprocessing
import random
import threading
import time

import kflash
import pytest
import serial
from madeleine.board.flash import burner
from madeleine.board.flash.burner import PATIENCE_S, Line
from madeleine.board.flash.package import Part, pack
from madeleine.board.flash.reasons import REASONS
from madeleine.board.flash.witness import Witness
from madeleine.board.flash.worker import Done, Failure, Job, Phase, Progress, WatchedPort, run
from madeleine.errors import ToolError

from tests.fakes.rom import (
    BAD_CHECKSUM,
    BAD_WRITE,
    BOOT,
    BUSY,
    CHATTER,
    ERASE,
    FOR_EVER,
    GARBAGE,
    GREET,
    HELLO,
    INIT,
    INVALID,
    MEMORY,
    RESTART,
    SILENCE,
    STATUS,
    UNPLUG,
    WRITE,
    FakeRom,
    Lie,
)

FIRMWARE = Part("firmware.bin", 0, random.Random(1).randbytes(150_000), firmware=True)
MODEL = Part("model.kmodel", 0x300400, random.Random(2).randbytes(70_000), firmware=False)  # not on a block's start
PARTS = [FIRMWARE, MODEL]


class Clock:
    """kflash's `time`: sleeps cost nothing, and while it waits in vain, seconds are milliseconds.

    Not within an answer: kflash would leave the rest of it unread, and misread all that follow.
    """

    def __init__(self, board):
        self._board, self._now, self._last = board, 0.0, time.monotonic()

    def time(self):
        now = time.monotonic()
        self._now += (now - self._last) * (1000 if self._board.silent.is_set() and self._board.unheard else 1)
        self._last = now
        return self._now

    def sleep(self, seconds):
        self._now += seconds
        time.sleep(0.001)


class Port(WatchedPort):
    """The port, with a short read, so that kflash looks at its clock often."""

    def __init__(self, board, witness, given):
        self._board = board
        super().__init__(witness, **{**given, "timeout": 0.02})

    def read(self, size=1):
        data = super().read(size)
        self._board.unheard = not data
        return data

    def write(self, data):
        self._board.silent.clear()
        return super().write(data)


class Replay:
    """The end of a pipe from which all this comes."""

    def __init__(self, events):
        self._events = list(events)

    def poll(self, seconds):
        return True

    def recv(self):
        return self._events.pop(0)


@pytest.fixture
def attempt(monkeypatch, tmp_path):
    """Runs kflash in this process and time; gives what burner.write would, and raises what it would."""
    ports = []

    def run_it(board, parts=PARTS, baud=1_500_000, wiring="goE", witness=None):
        package = tmp_path / "flash.kfpkg"
        if parts:
            package.write_bytes(pack(parts))
        job = Job(board.device, baud, wiring, package if parts else None)
        witness = witness or Witness()

        monkeypatch.setattr(serial, "Serial", lambda **given: ports.append(Port(board, witness, given)) or ports[-1])
        monkeypatch.setattr(kflash, "time", Clock(board))
        events = []
        try:
            run(job, witness, events.append)
        except Exception as error:
            events.append(Failure(type(error).__name__, str(error)))
        return burner._follow(Replay(events), job, lambda event: None, PATIENCE_S)

    yield run_it
    for port in ports:
        super(WatchedPort, port).close()


def arrived(board, parts=PARTS):
    return all(board.flash[part.address : part.end] == part.image() for part in parts)


@pytest.mark.parametrize("wiring", ["goE", "goD", "dan", "kd233", None])
def test_images_arrive_byte_for_byte(attempt, wiring):
    with FakeRom() as board:
        assert attempt(board, wiring=wiring) is True
    assert arrived(board) and board.restarts == 1
    assert board.flash.count(0xFF, MODEL.end) == len(board.flash) - MODEL.end  # and nothing else


@pytest.mark.parametrize(("baud", "raised"), [(1_500_000, [1_523_684, 1_500_000]), (115_200, []), (921_600, [921_600])])
def test_speeds(attempt, baud, raised):
    with FakeRom() as board:
        assert attempt(board, baud=baud)
    assert board.bauds == raised and arrived(board)


SURVIVED = {
    "late greeting": [Lie(GREET, SILENCE, times=3)],
    "loader starts late": [Lie(HELLO, SILENCE, times=2)],
    "flash not ready at once": [Lie(INIT, INVALID, times=3)],
    "busy": [Lie(WRITE, BUSY, nth=2, times=4)],
    "an answer to something else": [Lie(WRITE, CHATTER, nth=3)],
    "one piece refused once": [Lie(WRITE, BAD_WRITE, nth=2)],
}


@pytest.mark.parametrize("lies", SURVIVED.values(), ids=SURVIVED)
def test_a_board_that_needs_time_gets_it(attempt, lies):
    with FakeRom(lies) as board:
        assert attempt(board) is True
    assert arrived(board)


NOTHING, HALF = "nothing was changed", "half written"
FAILS = {
    "silent board": ([Lie(GREET, SILENCE, times=FOR_EVER)], "nothing answers on /dev/", NOTHING),
    "fast mode": ([Lie(GREET, SILENCE, nth=2, times=FOR_EVER)], "does not keep up with 1500000 baud", NOTHING),
    "loader piece refused": ([Lie(MEMORY, BAD_CHECKSUM, nth=7)], "piece of the loader arrived damaged", NOTHING),
    "loader piece unknown": ([Lie(MEMORY, 0x55, nth=7)], "piece of the loader arrived damaged", NOTHING),
    "loader garbage": ([Lie(MEMORY, GARBAGE, nth=2)], "piece of the loader arrived damaged", NOTHING),
    "loader silence": ([Lie(MEMORY, SILENCE, nth=17)], "fell silent while it got the loader", NOTHING),
    "loader does not start": ([Lie(BOOT, SILENCE)], "does not answer", NOTHING),
    "loader silent": ([Lie(HELLO, SILENCE, times=FOR_EVER)], "does not answer", NOTHING),
    "lost after the change of speed": ([Lie(HELLO, SILENCE, nth=2, times=FOR_EVER)], "does not answer", NOTHING),
    "loader talks nonsense": ([Lie(HELLO, GARBAGE, times=FOR_EVER)], "does not answer", NOTHING),
    "no flash chip": ([Lie(INIT, 0xE4, times=FOR_EVER)], "does not get at the flash chip", NOTHING),
    "flash chip silent": ([Lie(INIT, SILENCE, times=FOR_EVER)], "does not get at the flash chip", NOTHING),
    "first piece damaged": ([Lie(WRITE, BAD_CHECKSUM)], "kflash would have left it out", HALF),
    "last piece damaged": ([Lie(WRITE, BAD_CHECKSUM, nth=5)], "kflash would have left it out", HALF),
    "piece refused": ([Lie(WRITE, BAD_WRITE, nth=2, times=FOR_EVER)], "refuses a piece", HALF),
    "unplugged at the greeting": ([Lie(GREET, UNPLUG)], "connection on /dev/.* is lost", NOTHING),
    "unplugged in the loader": ([Lie(MEMORY, UNPLUG, nth=9)], "connection on /dev/.* is lost", NOTHING),
    "unplugged after the loader": ([Lie(HELLO, UNPLUG)], "connection on /dev/.* is lost", NOTHING),
    "unplugged before the flash": ([Lie(INIT, UNPLUG)], "connection on /dev/.* is lost", NOTHING),
    "unplugged at the first piece": ([Lie(WRITE, UNPLUG)], "connection on /dev/.* is lost", HALF),
    "unplugged half-way": ([Lie(WRITE, UNPLUG, nth=4)], "connection on /dev/.* is lost", HALF),
}


@pytest.mark.parametrize(("lies", "says", "state"), FAILS.values(), ids=FAILS)
def test_every_failure_is_named(attempt, lies, says, state):
    with FakeRom(lies) as board, pytest.raises(ToolError, match=f"{says}.*{state}") as failed:
        attempt(board)
    assert "\n" not in str(failed.value) and board.restarts == 0


@pytest.mark.parametrize("command", [GREET, MEMORY, HELLO, INIT, WRITE, RESTART])
@pytest.mark.parametrize("answer", [SILENCE, GARBAGE, CHATTER, UNPLUG, 0xE1, BAD_CHECKSUM, BUSY, 0x00])
@pytest.mark.parametrize("nth", [1, 2])
def test_one_lie_anywhere(attempt, command, answer, nth):
    """The bytes are there, or the error says that they are not; nothing in between."""
    with FakeRom([Lie(command, answer, nth)]) as board:
        try:
            attempt(board)
        except ToolError as error:
            assert str(error).count("\n") == 0 and board.restarts == 0
        else:
            assert arrived(board)


def test_a_silent_board_of_unknown_wiring(attempt):
    with (
        FakeRom([Lie(GREET, SILENCE, times=FOR_EVER)]) as board,
        pytest.raises(ToolError, match="nothing answers"),
    ):
        attempt(board, wiring=None)


def test_what_was_not_acknowledged_is_not_written(attempt):
    """Even if kflash were content: the witness has seen one piece less."""

    class Forgetful(Witness):
        def received(self, data):
            if len(self.acknowledged) != 3:
                super().received(data)

    with FakeRom() as board, pytest.raises(ToolError, match=r"not all of it was acknowledged \(model.kmodel: 0 of"):
        attempt(board, witness=Forgetful())


@pytest.mark.parametrize("answer", [SILENCE, UNPLUG, INVALID, GARBAGE])
def test_without_a_restart_it_is_written_all_the_same(attempt, answer):
    with FakeRom([Lie(RESTART, answer, times=FOR_EVER)]) as board:
        assert attempt(board) is False
    assert arrived(board)


def test_erasing(attempt):
    with FakeRom([Lie(ERASE, CHATTER), Lie(STATUS, CHATTER, nth=2)], busy=3) as board:
        board.flash[5] = board.flash[-5] = 0
        assert attempt(board, parts=[]) is True
    assert board.flash.count(0xFF) == len(board.flash)


ERASE_FAILS = {
    "refused": [Lie(ERASE, 0xE5, times=FOR_EVER)],
    "no answer": [Lie(ERASE, SILENCE, times=FOR_EVER)],
    "not finished": [Lie(STATUS, INVALID, times=FOR_EVER)],
    "silent": [Lie(STATUS, SILENCE, times=FOR_EVER)],
}


@pytest.mark.parametrize("lies", ERASE_FAILS.values(), ids=ERASE_FAILS)
def test_erasing_that_fails(attempt, lies):
    with FakeRom(lies) as board, pytest.raises(ToolError, match=r"that its flash is erased.*in part"):
        attempt(board, parts=[])


# From here on with the process of its own, in real time.


def test_writing(capsys):
    told = []
    with FakeRom([Lie(WRITE, BUSY, nth=2)]) as board:
        assert burner.write(PARTS, Line(board.device, 1_500_000, "goE"), told.append) is True
    assert arrived(board)
    assert [event for event in told if isinstance(event, Phase)] == [
        Phase.CONNECT,
        Phase.LOADER,
        Phase.START,
        Phase.START,
        Phase.START,
        Phase.START,
        Phase.WRITE,
        Phase.RESTART,
    ]
    assert Progress("model.kmodel", 70_000, 70_000) in told and told[-1] is Done.RESTARTED
    assert capsys.readouterr().out == ""


HANGS = {
    "silence": [Lie(WRITE, SILENCE, nth=3, times=FOR_EVER)],
    "busy for ever": [Lie(WRITE, BUSY, nth=3, times=FOR_EVER)],
    "nonsense for ever": [Lie(WRITE, GARBAGE, nth=3, times=FOR_EVER)],
}


@pytest.mark.parametrize("lies", HANGS.values(), ids=HANGS)
def test_what_kflash_would_wait_for_for_ever_ends(lies):
    short = {**PATIENCE_S, Phase.WRITE: 1.0}
    with FakeRom(lies) as board, pytest.raises(ToolError, match=r"stopped acknowledging \(nothing for 1 s\).*half"):
        burner.write(PARTS, Line(board.device, 1_500_000, "goE"), lambda event: None, short)
    assert not multiprocessing.active_children()


def test_a_restart_is_not_waited_for_for_ever():
    short = {**PATIENCE_S, Phase.RESTART: 0.5}
    with FakeRom([Lie(RESTART, SILENCE, times=FOR_EVER)]) as board:
        assert burner.write(PARTS, Line(board.device, 1_500_000, "goE"), lambda event: None, short) is False
    assert arrived(board)


def test_ctrl_c_ends_the_process():
    def interrupt(event):
        if event is Phase.WRITE:
            raise KeyboardInterrupt

    with FakeRom() as board, pytest.raises(KeyboardInterrupt):
        burner.write(PARTS, Line(board.device, 1_500_000, "goE"), interrupt)
    assert not multiprocessing.active_children()


def test_a_process_that_dies_is_noticed():
    def kill(event):
        if event is Phase.LOADER:
            multiprocessing.active_children()[0].kill()

    with FakeRom() as board, pytest.raises(ToolError, match=r"failed \(the writing process has ended"):
        burner.write(PARTS, Line(board.device, 1_500_000, "goE"), kill)


def test_a_port_that_is_not_there_is_said_at_once(tmp_path):
    with pytest.raises(ToolError, match="no such port"):
        burner.write(PARTS, Line(str(tmp_path / "ttyUSB7"), 115_200, "goE"), lambda event: None)


def test_a_port_in_use_is_said_at_once():
    with FakeRom() as board:
        with serial.Serial(board.device, exclusive=True), pytest.raises(ToolError, match="in use by"):
            burner.write(PARTS, Line(board.device, 115_200, "goE"), lambda event: None)
        assert not board.requests


def test_the_board_can_be_handed_over():
    """After the restart somebody else answers at the same port."""
    with FakeRom() as board:
        burner.write(PARTS, Line(board.device, 1_500_000, "goE"), lambda event: None)
        board.fall_silent()
        with serial.Serial(board.device, timeout=5) as port:
            threading.Thread(target=board.cable.write, args=(b">>> ",)).start()
            assert port.read(4) == b">>> "


def test_reasons_end_with_what_to_do():
    assert all(";" in sentence or ":" in sentence for _, _, sentence in REASONS)
