"""`madeleine bridge`: all cameras of this computer on MQTT and in Home Assistant."""

import argparse
import contextlib
from importlib.metadata import version
from pathlib import Path

from madeleine.inputs import others_read
from madeleine.parser import whole_number
from madeleine.terminal import printable

EXAMPLES = """examples:
  madeleine bridge                               all cameras, to the broker on this computer, until Ctrl-C
  madeleine bridge --config bridge.toml          another broker, friendly names (docs/BRIDGE.md)
  madeleine bridge --metrics 9137                and http://127.0.0.1:9137/metrics for Prometheus
  madeleine bridge --port /dev/ttyUSB0 --port /dev/ttyUSB1       these two only
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.description = "Puts all cameras of this computer on one MQTT connection, and into Home Assistant."
    parser.epilog = EXAMPLES
    what = "a camera's serial device; may be repeated (default: all cameras, also those plugged in later)"
    parser.add_argument("--port", "-p", metavar="P", action="append", default=[], help=what)
    parser.add_argument("--config", metavar="FILE.toml", type=Path, help="the broker, and names for the cameras")
    parser.add_argument(
        "--metrics", metavar="N", type=whole_number(1, 65535), help="answer Prometheus on this port of 127.0.0.1"
    )
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Bridges until Ctrl-C; 0."""
    from madeleine.bridge.hub import Hub
    from madeleine.bridge.metrics import MetricsServer
    from madeleine.bridge.settings_file import BridgeSettings, load

    given = load(arguments.config) if arguments.config else BridgeSettings()
    if given.broker.password is not None and others_read(arguments.config):
        print(f"{arguments.config} holds a password, and others on this computer can read it: chmod 600 it")
    hub = Hub(given.broker, given.names, arguments.port, version("madeleine-camera"))
    print(f"broker {given.broker.host}:{given.broker.port}; Ctrl-C ends", flush=True)
    with contextlib.ExitStack() as opened:
        if arguments.metrics:
            opened.callback(MetricsServer(arguments.metrics, hub.health).close)
        with contextlib.suppress(KeyboardInterrupt):  # the usual end
            hub.run(lambda text: print(printable(text), flush=True))
    return 0
