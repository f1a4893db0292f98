"""`madeleine web` as a program: its start, its end, and that nothing from outside makes it grow."""

import contextlib
import http.client
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from madeleine import cli
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.web.conftest import DEADLINE_S, Tab

GROWTH_BYTES = 12 << 20  # what allocators keep; a hundred megabytes that were kept would be seen
PROC = Path("/proc/self/task")
linux = pytest.mark.skipif(not PROC.exists(), reason="asks Linux for the memory of processes")


@dataclass
class Program:
    """A running one."""

    process: "subprocess.Popen[str]"
    port: int
    first_lines: list[str]  # up to the address

    @contextmanager
    def tab(self, **options) -> Iterator[Tab]:
        options = {"max_size": None, "max_queue": None, **options}
        address = f"127.0.0.1:{self.port}"
        with connect(f"ws://{address}/live", origin=f"http://{address}", **options) as connection:
            yield Tab(connection)

    def board_process(self) -> int:
        """The child that runs the board: the last one that was started."""
        pid = self.process.pid
        return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[-1])

    def resident_bytes(self) -> int:
        """Memory of the server and of the board."""
        return sum(_resident_bytes(pid) for pid in (self.process.pid, self.board_process()))


def _resident_bytes(pid: int) -> int:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


@contextmanager
def running(*options: str, data: Path | None = None) -> Iterator[Program]:
    """The command; it keeps nothing but in a folder of `options`, or in its own one in `data`."""
    keeping = [] if data or {"--flash", "--camera"} & {*options} else ["--fresh"]
    arguments = [sys.executable, "-m", "madeleine", "web", "--no-browser", "--model", "tour", "--port", "0", *keeping]
    process = subprocess.Popen(
        [*arguments, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ | ({"MADELEINE_DATA": str(data)} if data else {}),
    )
    try:
        lines = [process.stdout.readline()]
        while "http://" not in lines[-1]:
            assert lines[-1], "it ended without an address"
            lines.append(process.stdout.readline())
        address = lines[-1].split("http://")[1].split("/")[0]
        yield Program(process, int(address.rpartition(":")[2]), lines)
    finally:
        process.kill()
        process.wait(DEADLINE_S)


@pytest.fixture(scope="module")
def program() -> Iterator[Program]:
    with running() as program:
        with program.tab() as tab:
            tab.until("turn")
        yield program


@linux
def test_ten_thousand_malformed_messages(program):
    with program.tab() as tab:
        tab.until("turn")
        before = program.resident_bytes()
        for _ in range(100):
            for number in range(100):
                tab.connection.send(("{", "[" * 3000, b"\0" * 9999, '{"do": "dance"}')[number % 4])
            for _ in range(100):
                tab.until("refused")
        tab.until("turn")
        assert program.resident_bytes() - before < GROWTH_BYTES


@linux
def test_an_upload_of_a_hundred_megabytes(program):
    before = program.resident_bytes()
    for told in (True, False):  # how long it will be
        with closing(socket.create_connection(("127.0.0.1", program.port), DEADLINE_S)) as connection:
            length = f"Content-Length: {100 << 20}" if told else "Transfer-Encoding: chunked"
            head = f"POST /examples HTTP/1.1\r\nHost: 127.0.0.1:{program.port}\r\n{length}\r\n\r\n"
            connection.sendall(head.encode())
            piece = bytes(1 << 20) if told else b"100000\r\n" + bytes(1 << 20) + b"\r\n"
            with contextlib.suppress(OSError):  # it does not want the rest
                for _ in range(100):
                    connection.sendall(piece)
                assert connection.recv(12) == b"HTTP/1.1 413"
            assert program.resident_bytes() - before < GROWTH_BYTES
    assert _status(program) == 200


def _status(program: Program) -> int:
    with closing(http.client.HTTPConnection("127.0.0.1", program.port, timeout=DEADLINE_S)) as connection:
        connection.request("GET", "/card?text=cup")
        return connection.getresponse().status


@linux
def test_fifty_tabs(program):
    picture = bytes([1, 0, 0, 0]) + bytes(224 * 224 * 3)
    sizes = []
    for _ in range(4):
        with ExitStack() as stack:
            tabs = [stack.enter_context(program.tab()) for _ in range(50)]
            for tab in tabs:
                for _ in range(4):
                    tab.connection.send(picture)
                tab.say(do="button", name="B", down=True)
            for tab in tabs:
                tab.until("turn")
        with program.tab() as tab:
            tab.until("turn")
        sizes.append(program.resident_bytes())
    # What fifty of them take is taken once, or twice; what was leaked would be added each time.
    assert min(after - before for before, after in pairwise(sizes)) < GROWTH_BYTES / 2


@linux
def test_a_tab_that_does_not_read_is_closed(program):
    before = program.resident_bytes()
    with closing(socket.create_connection(("127.0.0.1", program.port), DEADLINE_S)) as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        head = (
            f"GET /live HTTP/1.1\r\nHost: 127.0.0.1:{program.port}\r\nOrigin: http://127.0.0.1:{program.port}\r\n"
            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        deaf.sendall(head.encode())
        assert deaf.recv(12) == b"HTTP/1.1 101"
        with program.tab() as tab:
            assert tab.next()["lens"] is False  # the deaf one has it
            nonsense = b"\x81\x81\0\0\0\0{"  # a text message, masked with zeros
            with contextlib.suppress(OSError):
                deaf.sendall(nonsense * 50_000)  # each is answered
            tab.until("lens")  # and has lost it
            assert program.resident_bytes() - before < GROWTH_BYTES


def test_ctrl_c_ends_all():
    with running() as program, program.tab() as tab:
        tab.until("turn")
        board = program.board_process() if PROC.exists() else None
        connection = http.client.HTTPConnection("127.0.0.1", program.port, timeout=DEADLINE_S)
        connection.request("GET", "/examples")  # takes some turns
        tab.until("turn")
        program.process.send_signal(signal.SIGINT)
        assert program.process.wait(DEADLINE_S) == 0
        assert program.process.stdout.read() == "The camera is switched off. What it learned is gone (--fresh).\n"
        assert board is None or not Path(f"/proc/{board}").exists()
        connection.close()


@linux
def test_the_board_dies_with_the_server():
    with running() as program, program.tab() as tab:
        tab.until("turn")
        board = os.pidfd_open(program.board_process())
        program.process.kill()
        assert select.select([board], [], [], DEADLINE_S)[0]
        os.close(board)


@linux
def test_the_server_outlives_the_board():
    with running() as program, program.tab() as tab:
        tab.until("turn")
        os.kill(program.board_process(), signal.SIGKILL)
        assert tab.power("fault")["text"] == "gone"
        assert _status(program) == 200


def test_it_keeps_what_it_learned_and_says_where(tmp_path):
    """In the user's folder, or in one that is named: here the same."""
    folder = tmp_path / "web"
    for count, arguments in enumerate(([], ["--flash", str(folder)])):
        with running(*arguments, data=tmp_path) as program, program.tab() as tab:
            assert len(tab.knows(lambda knows: True)["examples"]) == count
            tab.until("turn")
            tab.say(do="usb", line='{"do": "learn", "name": "cup"}')
            tab.until("learned")
            program.process.send_signal(signal.SIGINT)
            assert program.process.wait(DEADLINE_S) == 0
            said = program.process.stdout.read().splitlines()
        end = f"The camera is switched off. What it learned is in {folder}"
        assert said[-2:] == [f"It keeps what it learns in {folder}", end]


@linux
def test_a_flash_has_one_board(tmp_path, capsys):
    lesson = tmp_path / "lesson.txt"
    lesson.write_text("boot\n")
    flash = str(tmp_path / "flash")
    with running("--flash", flash) as program, program.tab() as tab:
        tab.until("turn")
        for command in (["web", "--no-browser", "--model", "tour", "--port", "0"], ["sim", "--headless", str(lesson)]):
            assert cli.main([*command, "--flash", flash]) == 1
            error = capsys.readouterr().err
            assert "end that program" in error and error.count("\n") == 1
        program.process.kill()
        program.process.wait()
    assert cli.main(["sim", "--headless", str(lesson), "--flash", flash]) == 0, "nothing is left to be taken away"


def test_what_a_tab_breaks_is_told_in_one_sentence():
    """An upload that ends in the middle, and text that is not valid UTF-8: no traceback, and the next tab is served."""
    with running() as program:
        with program.tab() as tab:
            tab.until("turn")
            tab.connection.socket.sendall(b"\x81\x82\0\0\0\0\xff\xfe")
            with pytest.raises(ConnectionClosed):
                while True:
                    tab.connection.recv(DEADLINE_S)
        with closing(socket.create_connection(("127.0.0.1", program.port), DEADLINE_S)) as connection:
            head = f"POST /examples HTTP/1.1\r\nHost: 127.0.0.1:{program.port}\r\nContent-Length: 999\r\n\r\n{{"
            connection.sendall(head.encode())
        with program.tab() as tab:
            tab.until("turn")
        program.process.send_signal(signal.SIGINT)
        assert program.process.wait(DEADLINE_S) == 0
        *told, end = program.process.stdout.read().splitlines()
    assert ["UTF-8" in line for line in told] == [True] and end.startswith("The camera is switched off.")


def test_a_port_in_use(capsys):
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        assert cli.main(["web", "--no-browser", "--model", "tour", "--port", str(port)]) == 1
    error = capsys.readouterr().err
    assert f"port {port}" in error
    assert "--port" in error
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    "options", [["--port", "70000"], ["--model", "nothing"], ["--flash", __file__], ["--host", "no.such.host.invalid"]]
)
def test_one_line_for_what_cannot_be(options, capsys):
    assert cli.main(["web", "--no-browser", "--port", "0", *options]) == (2 if "70000" in options else 1)
    assert capsys.readouterr().err.count("\n") == 1


def test_without_the_extra(monkeypatch, capsys):
    monkeypatch.setattr("madeleine.commands.web.importlib.util.find_spec", lambda name: None)
    assert cli.main(["web"]) == 1
    assert "pip install '.[web]'" in capsys.readouterr().err


def test_a_warning_with_another_host():
    with running("--host", "0.0.0.0") as program:
        assert program.first_lines[0].startswith("Warning: --host 0.0.0.0 lets everybody")
    with running("--host", "localhost") as program:
        assert len(program.first_lines) == 1
