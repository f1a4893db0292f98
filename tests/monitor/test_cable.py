"""The cable: garbage, halves of lines, NULs, megabytes; pulled, plugged again, elsewhere; a port in use."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from madeleine.camera import ports
from madeleine.camera.ports import Port, PortError
from madeleine.camera.serial_port import PortBusy, SerialLine
from madeleine.monitor import cable
from madeleine.monitor.cable import CableSource
from madeleine.monitor.items import Cable, Heard, Item, Linked, Tick
from madeleine.monitor.state import State

from tests.fakes import virtual_camera
from tests.fakes.board import FakeBoard, fake_board
from tests.monitor.app_lines import line, seen
from tests.monitor.servers import WAIT_S

TICKS_MAX = int(WAIT_S / 0.25)


def heard(items: Iterator[Item], count: int) -> list[Item]:
    """The next items that are no ticks."""
    found, ticks = [], 0
    while len(found) < count:
        item = next(items)
        if not isinstance(item, Tick):
            found.append(item)
        ticks += 1
        assert ticks < TICKS_MAX, f"only {found}"
    return found


def lines(items: Iterator[Item], count: int) -> list[str]:
    return [item.line for item in heard(items, count)]


def quiet(_: bytes) -> bytes:
    return b""


def say_all(board: FakeBoard, data: bytes) -> None:
    """In pieces that the pty takes."""
    for start in range(0, len(data), 4096):
        board.say(data[start : start + 4096])


def test_what_comes_over_a_bad_cable() -> None:
    good = seen("cup").encode()
    with fake_board(quiet) as board:
        source = CableSource(board.device)
        items = source.items()
        assert heard(items, 1)[0].cable is Cable.CONNECTED
        board.say(b"\xff\xfe\0\r\n" + good + b"\r\n")
        board.say(b"\0" * 10 + good + b"\r\n")
        board.say(b"half" + good[:10] + good + b"\n\n\r\n")
        state = State()
        for item in heard(items, 4):
            state.take(item)
        assert (state.answer, state.messages, state.others) == ("cup", 2, 2)
        state = State()
        megabyte = threading.Thread(target=say_all, args=(board, b"x" * 2**20 + b"\n" + good + b"\n"))
        megabyte.start()
        state.take(heard(items, 1)[0])
        megabyte.join()
        assert (state.answer, state.others) == ("cup", 0), "a line of a megabyte is left out"
        source.close()


def test_the_state_is_asked_for_and_again_while_the_app_answers(monkeypatch) -> None:
    monkeypatch.setattr(cable, "HEARTBEAT_S", 0.0)
    monkeypatch.setattr(cable, "TICK_S", 0.01)
    with fake_board(lambda data: b'{"v": 1, "event": "status"}\n') as board:
        items = CableSource(board.device).items()
        heard(items, 4)
        assert board.heard.startswith(2 * b'\r{"do": "status"}\r')


def test_brownie_is_left_in_peace(monkeypatch) -> None:
    monkeypatch.setattr(cable, "HEARTBEAT_S", 0.0)
    monkeypatch.setattr(cable, "TICK_S", 0.01)
    with fake_board(lambda data: b"[DETECTED]: cup\r\n") as board:
        items = CableSource(board.device).items()
        assert heard(items, 2)[1].line == "[DETECTED]: cup"
        assert [type(next(items)) for _ in range(10)] == [Tick] * 10
        assert board.heard == b'\r{"do": "status"}\r'


@pytest.fixture
def socket_of(tmp_path: Path):
    """A name of a port that stays while boards come and go: (name, plug in)."""
    name = tmp_path / "ttyUSB0"

    def plug(board: FakeBoard) -> None:
        name.unlink(missing_ok=True)
        name.symlink_to(board.device)

    return name, plug


def test_it_comes_back_by_itself(socket_of) -> None:
    name, plug = socket_of
    source = CableSource(str(name), retry_s=0.01)
    items = source.items()
    waiting = heard(items, 1)[0]
    assert (waiting.cable, "no such port" in waiting.text) == (Cable.WAITING, True)
    for thing in ("cup", "pen"):
        with fake_board(quiet) as board:
            plug(board)
            linked = next(item for item in items if isinstance(item, Linked) and item.cable is not Cable.WAITING)
            assert (linked.cable, linked.text) == (Cable.CONNECTED, str(name))
            board.say(seen(thing).encode() + b"\n" + b"half a li")
            assert lines(items, 1) == [seen(thing)]
        lost = heard(items, 1)[0]
        assert (lost.cable, "cable" in lost.text) == (Cable.LOST, True)
    source.close()


def test_a_port_in_use_is_an_error_at_the_start_only(socket_of) -> None:
    name, plug = socket_of
    with fake_board(quiet) as board:
        plug(board)
        with SerialLine(board.device), pytest.raises(PortBusy):
            CableSource(str(name))
        source = CableSource(str(name), retry_s=0.01)
        items = source.items()
        assert heard(items, 1)[0].cable is Cable.CONNECTED
    assert heard(items, 1)[0].cable is Cable.LOST
    with fake_board(quiet) as board:
        plug(board)
        with SerialLine(board.device):
            assert "in use" in next(item.text for item in items if isinstance(item, Linked) and "in use" in item.text)
        assert next(item for item in items if isinstance(item, Linked) and item.cable is Cable.CONNECTED)
    source.close()


@pytest.fixture
def plugged(monkeypatch) -> list[Port]:
    """The cameras that the system lists."""
    listed: list[Port] = []
    monkeypatch.delenv(ports.VARIABLE, raising=False)
    monkeypatch.setattr(ports, "candidates", lambda: listed)
    monkeypatch.setattr(cable, "candidates", lambda: listed)
    return listed


def test_no_camera_is_waited_for_and_found_under_another_name(plugged: list[Port]) -> None:
    source = CableSource(None, retry_s=0.01)
    items = source.items()
    assert "no camera on USB" in heard(items, 1)[0].text
    with fake_board(quiet) as board:
        plugged[:] = [Port(board.device, "M5StickV", "C5521")]
        assert next(item for item in items if isinstance(item, Linked) and item.cable is Cable.CONNECTED)
    assert heard(items, 1)[0].cable is Cable.LOST
    with fake_board(quiet) as other, fake_board(quiet) as same:
        plugged[:] = [Port(other.device, "M5StickV", "C5522"), Port(same.device, "M5StickV", "C5521")]
        linked = next(item for item in items if isinstance(item, Linked) and item.cable is Cable.CONNECTED)
        assert linked.text == same.device, "the one with the same serial number"
    source.close()


def test_several_cameras(plugged: list[Port]) -> None:
    many = [Port("/dev/ttyUSB0", "M5StickV"), Port("/dev/ttyUSB1", "M5StickV")]
    plugged[:] = many
    with pytest.raises(PortError, match="several cameras"):
        CableSource(None)
    plugged.clear()
    items = CableSource(None, retry_s=0.01).items()
    heard(items, 1)
    plugged[:] = many
    assert "unplug all but one" in next(item.text for item in items if isinstance(item, Linked))


def test_the_virtual_camera(tmp_path: Path) -> None:
    """The real app: taught over the same cable, seen, restarted."""
    with virtual_camera.started(tmp_path) as camera:
        device = camera.stdout.readline().strip()
        source, state = CableSource(device), State()
        teacher = os.open(device, os.O_WRONLY | os.O_NOCTTY)
        os.write(teacher, b'{"do": "learn", "name": "cup"}\n')
        for item, _ in zip(source.items(), range(TICKS_MAX), strict=False):
            state.take(item)
            if state.answer and state.capacity:
                break
        assert (state.answer, state.examples, state.limit, state.board) == ("cup", 1, 200, "M5StickV")
        assert [told.text for told in state.history if "learned" in told.text] == ["learned cup (1)"]
        camera.kill()
        os.close(teacher)
        for item in source.items():
            state.take(item)
            if state.cable is Cable.LOST:
                break
        assert state.answer == ""
        source.close()


def test_items_have_the_time_of_the_host(monkeypatch) -> None:
    monkeypatch.setattr(cable.time, "time", lambda: 1763712000.0)
    with fake_board(lambda data: line("gone").encode() + b"\n") as board:
        items = CableSource(board.device).items()
        assert heard(items, 2)[1] == Heard(1763712000.0, line("gone"))


def test_vectors_are_asked_for_and_ended() -> None:
    with fake_board(quiet) as board:
        source = CableSource(board.device, vectors=3)
        items = source.items()
        heard(items, 1)
        board.say(seen("cup").encode() + b"\r\n")
        heard(items, 1)
        source.close()
    first = board.heard.index(b'{"do": "watch", "every": 3, "what": ["vector"]}')
    assert board.heard.index(b'{"do": "watch", "every": 0, "what": ["vector"]}') > first
