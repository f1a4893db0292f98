"""Which serial port the camera is on: found by its USB ids, named by `--port` or MADELEINE_PORT, or asked for."""

import argparse
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from serial.tools import list_ports

from madeleine import terminal
from madeleine.errors import ToolError

VARIABLE = "MADELEINE_PORT"
# USB ids (vendor, product) of the bridges on K210 boards. FTDI's and WCH's are on many other things, too, so that an
# M5StickV or UnitV, whose bridge is a CH552 with a serial number that starts with C552, goes before them.
BRIDGES = {
    (0x0403, 0x6001): "M5StickV or UnitV",
    (0x0403, 0x6010): "Maix Go, Bit or Dock",
    (0x1A86, 0x7523): "Maix board with a CH340",
}
M5_SERIAL = "C552"


class PortError(ToolError):
    """There is no port, or it is not clear which."""


class SeveralPorts(PortError):
    """More than one camera, and nobody to ask."""


@dataclass(frozen=True)
class Port:
    """A serial port: what to open, and how to tell it from others."""

    device: str
    description: str = ""
    serial_number: str = ""

    def __str__(self) -> str:
        known = ", ".join(part for part in (self.description, self.serial_number) if part)
        return f"{self.device} ({known})" if known else self.device

    @property
    def is_m5(self) -> bool:
        """Does its serial number say that it is an M5StickV's or UnitV's own bridge?"""
        return self.serial_number.upper().startswith(M5_SERIAL)


def candidates() -> list[Port]:
    """The ports that can be a camera, M5's own bridges alone if there are any."""
    found = []
    for info in list_ports.comports():
        board = BRIDGES.get((info.vid, info.pid))
        if board:
            found.append(Port(info.device, board, info.serial_number or ""))
    found.sort(key=lambda port: port.device)
    return [port for port in found if port.is_m5] or found


def find_port(wanted: str | None = None, ask: Callable[[str], str] | None = None) -> Port:
    """The camera's port: `wanted`, or what MADELEINE_PORT says, or the only one there is, or the one chosen.

    `ask` takes a prompt and returns what was typed; by default it is asked when somebody sits at the terminal.
    PortError when there is none, or when there are several and nobody to ask.
    """
    named = wanted or os.environ.get(VARIABLE)
    if named:
        return Port(named)
    ports = candidates()
    if not ports:
        raise PortError("no camera on USB: plug it in, or name its port with --port (`madeleine doctor` looks closer)")
    if len(ports) == 1:
        return ports[0]
    if ask is None and terminal.is_there():
        ask = partial(terminal.ask, instead="name the port with --port")
    if ask is None:
        listed = ", ".join(str(port) for port in ports)
        raise SeveralPorts(f"several cameras: {listed}; choose one with --port or {VARIABLE}")
    return _choose(ports, ask)


def _choose(ports: Sequence[Port], ask: Callable[[str], str]) -> Port:
    lines = [f"{number}  {port}" for number, port in enumerate(ports, 1)]
    answer = ask("\n".join([*lines, f"Which one, 1 to {len(ports)}? "])).strip()
    if not answer.isascii() or not answer.isdigit() or not 1 <= int(answer) <= len(ports):
        raise PortError(f"{answer!r} is none of them: a number from 1 to {len(ports)}, or --port")
    return ports[int(answer) - 1]


def add_port_argument(parser: argparse.ArgumentParser) -> None:
    """The option every command has that talks to a camera: `arguments.port`, for `find_port`."""
    what = f"the camera's serial device (default: ${VARIABLE}, or the camera there is)"
    parser.add_argument("--port", "-p", metavar="P", help=what)


def add_camera_action(
    actions: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    text: str,
    function: Callable[[argparse.Namespace], int],
) -> argparse.ArgumentParser:
    """An action of a command, with that option."""
    action = actions.add_parser(name, help=text, description=text)
    add_port_argument(action)
    action.set_defaults(func=function)
    return action


def users_of(device: str, processes: Path = Path("/proc")) -> list[str]:
    """Which other programs have a port open, as "picocom (process 812)"; Linux, and what we may look at."""
    wanted = os.path.realpath(device)
    found = []
    for process in processes.glob("[0-9]*"):
        if process.name == str(os.getpid()):
            continue
        try:
            opened = [os.path.realpath(link) for link in (process / "fd").iterdir()]
            if wanted in opened:
                found.append(f"{(process / 'comm').read_text().strip()} (process {process.name})")
        except OSError:  # another user's process, or one that has just ended
            continue
    return sorted(found)
