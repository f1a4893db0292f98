"""What the monitor is tested against: a broker, a web server."""

import http.server
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.monitor.servers import WAIT_S, BrokerProcess, WebServer


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[BrokerProcess]:
    """A broker that knows teacher with the password secret; not started yet."""
    if not shutil.which("mosquitto") and not Path("/usr/sbin/mosquitto").exists():
        pytest.skip("no mosquitto: apt-get install mosquitto")
    process = BrokerProcess(tmp_path)
    yield process
    process.stop()


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
