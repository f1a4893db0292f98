"""`madeleine web`: the camera in the browser."""

import argparse
import importlib.util
import os
import socket
import threading
import webbrowser
from functools import partial
from pathlib import Path

import platformdirs
from rich.console import Console

from madeleine.board.flash.wanted import add_with_argument, extra_parts
from madeleine.board.install.arguments import add_writing_argument
from madeleine.camera.fields import Fields
from madeleine.camera.ports import PortError, candidates, find_port
from madeleine.camera.serial_port import LineError, SerialLine
from madeleine.camera.usb import Board
from madeleine.device import examples, glow, oddness, version
from madeleine.errors import ToolError, UsageError
from madeleine.fonts.make import font_files
from madeleine.kpu.format.kmodel import parse
from madeleine.model import find_model
from madeleine.model.files import read
from madeleine.sim.builds import BUILDS
from madeleine.sim.claim import claimed
from madeleine.sim.scenario.stage import BOARD, BUILD
from madeleine.sim.scenes import OBJECTS
from madeleine.web.ahead import processes
from madeleine.web.camera import Camera
from madeleine.web.guard import is_loopback, is_wildcard
from madeleine.web.process import Setup
from madeleine.web.real import RealCamera
from madeleine.web.tabs import Tabs

NEEDED = ("starlette", "uvicorn", "websockets")
SENT_BYTES = 1 << 18  # that the system keeps for a slow tab: two screens; what is older than that is of no use
EXAMPLES = """examples:
  madeleine web                                  the camera in your browser; its lens is your webcam
  madeleine web --flash lesson                   another camera, which keeps what it learns in the folder lesson
  madeleine web --flash other --port 8766        a second one at the same time, in a window of its own
  madeleine web --camera                         the same page for the camera on USB
  madeleine web --fresh                          a camera that knows nothing, for this time
  madeleine web --model tour --no-browser        the small model of the drawings
  madeleine web --with pose                      it also finds bodies, after the line *mode pose
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.description = (
        "Runs the camera's own program on a virtual board, with a page as its screen, buttons and lens."
    )
    parser.epilog = EXAMPLES
    parser.add_argument("--port", metavar="N", type=int, default=8765, help="the TCP port of the page (%(default)s)")
    parser.add_argument(
        "--host",
        metavar="H",
        default="127.0.0.1",
        help="open the page to other computers: the address of this one in the network",
    )
    parser.add_argument("--no-browser", action="store_true", help="print the address, and open no browser")
    parser.add_argument("--model", metavar="M", default="madeleine", help="one of `madeleine model list`, or a file")
    keeping = parser.add_mutually_exclusive_group()
    keeping.add_argument(
        "--flash", metavar="DIR", type=Path, help="keep what it learns in DIR (default: a folder in your home)"
    )
    keeping.add_argument(
        "--camera", metavar="PORT", nargs="?", const="", help="show the real camera on PORT, or the only one on USB"
    )
    keeping.add_argument(
        "--fresh", action="store_true", help="begin with an empty camera and keep nothing; what is kept stays as it is"
    )
    parser.add_argument("--build", choices=list(BUILDS), default=BUILD, help="of the firmware (%(default)s)")
    add_writing_argument(parser)
    add_with_argument(parser)
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Serves the page until Ctrl-C."""
    if any(importlib.util.find_spec(name) is None for name in NEEDED):
        raise ToolError("the page needs a few more packages; run in Madeleine's folder: pip install '.[web]'")
    from madeleine.web.server import Server  # of the extra

    real = arguments.camera is not None
    if real and arguments.extras:
        raise UsageError("--with is for the virtual camera; run `madeleine flash --with pose` for the one on USB")
    if arguments.flash is None and not arguments.fresh and not real:
        arguments.flash = _own_folder()
    setup = _setup(arguments)
    console = Console(markup=False)
    with _listener(arguments.host, arguments.port) as listener, claimed(arguments.flash):
        camera, hello = _real(arguments.camera) if real else (Camera(setup, processes()), _hello(arguments))
        announce = partial(_tell_address, console, arguments, listener.getsockname()[1], camera)
        try:
            threading.Thread(target=announce, name="madeleine address", daemon=True).start()
            Server(camera, Tabs(hello), arguments.host, listener).serve_all()
        except KeyboardInterrupt:  # how uvicorn hands on the Ctrl-C that has ended it
            pass
        finally:
            camera.close()
    end = "The page is closed; the camera goes on." if real else f"The camera is switched off. {_where_kept(arguments)}"
    console.print(end, highlight=False, soft_wrap=True)
    return 0


def _real(wanted: str) -> tuple[RealCamera, dict[str, object]]:
    """The camera on a port, "" for the only one there is, and what the page is told first; ToolError without one."""
    try:
        line = SerialLine(find_port(wanted or None).device)
    except (PortError, LineError) as error:
        raise ToolError(str(error).replace("--port", "--camera")) from error  # which is another port here
    try:
        status = Fields(Board(line).ask("status"))
    except BaseException:
        line.close()
        raise
    hello: dict[str, object] = {
        "version": status.text("app"),
        "model": status.text("model"),
        "build": line.device,
        "name": status.text("friendly_name") or line.device,
        "board": status.text("board"),
        "scenes": [],
        "capacity": status.whole("capacity"),
        "ramp": glow.RAMP,
        "odd": oddness.ODD,
        "kept": True,
        "real": True,
    }
    return RealCamera(line, partial(_again, wanted, line.device)), hello


def _again(wanted: str, device: str) -> SerialLine:
    """The line to a camera that was plugged in again: where it was, or on the only port there is; ToolError if none."""
    ports = [port.device for port in candidates()]
    return SerialLine(device if wanted or device in ports or len(ports) != 1 else ports[0])


def _own_folder() -> Path:
    """Where it keeps what it learns: in $MADELEINE_DATA, or in the folder that the system has for a user's data."""
    home = os.environ.get("MADELEINE_DATA") or platformdirs.user_data_path("madeleine", appauthor=False)
    return Path(home) / "web"


def _where_kept(arguments: argparse.Namespace) -> str:
    if arguments.flash is None:
        return "What it learned is gone (--fresh)."
    return f"What it learned is in {arguments.flash}"


def _setup(arguments: argparse.Namespace) -> Setup:
    """Which board; ToolError for what would go wrong only after it has started."""
    model = find_model(arguments.model)
    parse(read(model), str(model))
    if arguments.flash is not None and arguments.flash.exists() and not arguments.flash.is_dir():
        raise ToolError(f"{arguments.flash} is a file; give a folder with --flash")
    font_files(*arguments.writing)
    pose = next((part.data for part in extra_parts(arguments.extras)), None)
    return Setup(arguments.build, BOARD, model, arguments.flash, tuple(arguments.writing), pose)


def _hello(arguments: argparse.Namespace) -> dict[str, object]:
    return {
        "version": version.APP,
        "model": Path(arguments.model).name,
        "build": arguments.build,
        "board": BOARD,
        "scenes": list(OBJECTS),
        "capacity": examples.CAPACITY,
        "ramp": glow.RAMP,
        "odd": oddness.ODD,
        "name": "" if arguments.flash in (None, _own_folder()) else arguments.flash.resolve().name,
        "kept": arguments.flash is not None,
        "real": False,
    }


def _listener(host: str, port: int) -> socket.socket:
    """An open socket; ToolError when there is none to be had."""
    if not 0 <= port <= 65535:
        raise UsageError(f"{port} is not a valid port; give one of 1024 to 65535 with --port")
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.create_server((host, port), family=family)
    except OSError as error:
        raise ToolError(
            f"{host}, port {port}: the page cannot be served there ({error.strerror}); "
            "end the other program, or give another port with --port"
        ) from error
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SENT_BYTES)  # of each tab
    return listener


def _tell_address(console: Console, arguments: argparse.Namespace, port: int, camera: Camera | RealCamera) -> None:
    """Prints the address, and opens it, as soon as there is something to see."""
    host = "127.0.0.1" if is_wildcard(arguments.host) else arguments.host
    address = _address(host, port)
    if not is_loopback(arguments.host):
        warning = f"Warning: --host {arguments.host} lets everybody on this network see, use and erase this camera"
        console.print(warning, style="yellow", highlight=False, soft_wrap=True)
    camera.shown.wait()
    console.print(f"The camera is at {address} (Ctrl-C ends it)", highlight=False, soft_wrap=True)
    if arguments.flash is not None:
        console.print(f"It keeps what it learns in {arguments.flash}", highlight=False, soft_wrap=True)
    if is_wildcard(arguments.host) and (own := _own_address(arguments.host)):
        console.print(f"For others on this network: {_address(own, port)}", highlight=False, soft_wrap=True)
    if not arguments.no_browser:
        webbrowser.open(address)


def _address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def _own_address(wildcard: str) -> str | None:
    """This machine's address on its network: the one that a packet to elsewhere would bear. None is sent."""
    family, elsewhere = (socket.AF_INET6, "2001:db8::1") if ":" in wildcard else (socket.AF_INET, "192.0.2.1")
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((elsewhere, 9))
            return str(probe.getsockname()[0])
    except OSError:  # without a network there are no others
        return None
