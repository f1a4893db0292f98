"""What the monitor is tested against: a broker, a web server, boards on ptys."""

import http.server
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from queue import Queue

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "host"))  # fake_board

WAIT_S = 20  # for what takes milliseconds, on a busy machine


def free_port() -> int:
    """A TCP port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class BrokerProcess:
    """Debian's mosquitto on a port of its own; it can be stopped and started again."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._program = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
        self._settings = folder / "mosquitto.conf"
        users = folder / "users"
        users.write_text("teacher:secret\n")
        users.chmod(0o644)
        subprocess.run([str(Path(self._program).with_name("mosquitto_passwd").name), "-U", str(users)], check=True)
        self._settings.write_text(
            f"listener {self.port} 127.0.0.1\nallow_anonymous false\npassword_file {users}\n"
            f"user {os.environ.get('USER', 'root')}\n"
        )
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            [self._program, "-v", "-c", str(self._settings)], stderr=subprocess.PIPE, text=True
        )
        for said in self._process.stderr:
            if "running" in said:
                break
        threading.Thread(target=self._process.stderr.read, daemon=True).start()

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(WAIT_S)
            self._process = None


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[BrokerProcess]:
    """A broker that knows teacher with the password secret; not started yet."""
    if not shutil.which("mosquitto") and not Path("/usr/sbin/mosquitto").exists():
        pytest.skip("no mosquitto: apt-get install mosquitto")
    process = BrokerProcess(tmp_path)
    yield process
    process.stop()


@dataclass
class WebServer:
    """A web server that keeps what it was asked and answers `status`, when `hold` is set."""

    url: str
    asked: "Queue[tuple[str, str, dict[str, str], bytes]]" = field(default_factory=Queue)
    status: int = 200
    hold: threading.Event = field(default_factory=threading.Event)


@pytest.fixture
def web() -> Iterator[WebServer]:
    """A real HTTP server on this machine."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            server.asked.put((self.command, self.path, dict(self.headers), body))
            server.hold.wait(WAIT_S)
            self.send_response(server.status)
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        do_GET = do_PUT = do_POST

        def log_message(self, *_: object) -> None:
            pass

    listening = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening.daemon_threads = True
    server = WebServer(f"http://127.0.0.1:{listening.server_port}")
    server.hold.set()
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    yield server
    server.hold.set()
    listening.shutdown()
    listening.server_close()
