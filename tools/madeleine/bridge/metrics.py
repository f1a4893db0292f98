"""The bridge's health as Prometheus text, on this computer alone, and for no other site's page (web/guard.py)."""

import http.server
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from madeleine.errors import ToolError
from madeleine.web.guard import LOOPBACK

PATH = "/metrics"
KIND = "text/plain; version=0.0.4; charset=utf-8"
COUNTERS = ("messages", "events", "requests", "failures", "connections")


def text_of(health: Mapping[str, Any]) -> str:
    """Prometheus text, version 0.0.4."""
    return "\n".join(_lines(health)) + "\n"


def _lines(health: Mapping[str, Any]) -> Iterator[str]:
    yield "# TYPE madeleine_uptime_seconds gauge"
    yield f"madeleine_uptime_seconds {health['uptime_s']}"
    for name, value in health["mqtt"].items():
        yield f"# TYPE madeleine_mqtt_{name}_total counter"
        yield f"madeleine_mqtt_{name}_total {value}"
    cameras = health["cameras"].items()
    yield "# TYPE madeleine_camera_online gauge"
    yield from (f"madeleine_camera_online{_label(name)} {int(one['online'])}" for name, one in cameras)
    for counter in COUNTERS:
        yield f"# TYPE madeleine_camera_{counter}_total counter"
        yield from (f"madeleine_camera_{counter}_total{_label(name)} {one[counter]}" for name, one in cameras)


def _label(name: str) -> str:
    escaped = name.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'{{camera="{escaped}"}}'


class MetricsServer:
    """Answers GET /metrics until `close`."""

    def __init__(self, port: int, health: Callable[[], Mapping[str, Any]]) -> None:
        """Listens at once; ToolError when the port is taken. port 0: any, see `port`."""

        class Handler(http.server.BaseHTTPRequestHandler):
            timeout = 10

            def do_GET(self) -> None:
                status = self._status()
                body = text_of(health()).encode() if status == 200 else b""
                self.send_response(status)
                self.send_header("Content-Type", KIND)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def _status(self) -> int:
                if self.headers.get_all("Host", []) not in hosts or "Origin" in self.headers:
                    return 403
                return 200 if self.path == PATH else 404

            def log_message(self, *_: object) -> None:
                pass

        try:
            self._server = http.server.HTTPServer((LOOPBACK[0], port), Handler)
        except OSError as error:
            raise ToolError(f"port {port} is taken ({error.strerror}); give another --metrics") from error
        self.port = self._server.server_port
        hosts = [[f"{name}:{self.port}"] for name in LOOPBACK]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Stops listening."""
        self._server.shutdown()
        self._server.server_close()
