"""A broker and a web server of our own for the monitor's rules."""

import shutil
import socket
import subprocess
import threading
from dataclasses import dataclass, field
from pathlib import Path
from queue import Queue

WAIT_S = 20  # for what takes milliseconds, on a busy machine


def free_port() -> int:
    """A TCP port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class BrokerProcess:
    """Debian's mosquitto on a port of its own."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._program = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
        self._settings = folder / "mosquitto.conf"
        users = folder / "users"
        users.write_text("teacher:secret\n")
        subprocess.run(["mosquitto_passwd", "-U", str(users)], check=True)
        self._settings.write_text(
            f"listener {self.port} 127.0.0.1\nallow_anonymous false\npassword_file {users}\n"
            "user root\n"  # whom it becomes when root starts it; else it has no right to read these files
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


@dataclass
class WebServer:
    """A web server that keeps what it was asked and answers `status`, when `hold` is set."""

    url: str
    asked: "Queue[tuple[str, str, dict[str, str], bytes]]" = field(default_factory=Queue)
    status: int = 200
    hold: threading.Event = field(default_factory=threading.Event)
