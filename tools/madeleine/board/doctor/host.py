"""The host's side of the cable: is the bridge on USB, does it have a port, can it be opened?"""

import sys
from dataclasses import dataclass
from pathlib import Path

from serial.tools import list_ports

from madeleine.board.doctor.finding import Finding, problem
from madeleine.camera.ports import BRIDGES, VARIABLE, PortError, SeveralPorts, find_port
from madeleine.camera.serial_port import LineError, NoPermission, NoSuchPort, PortBusy, SerialLine


@dataclass(frozen=True)
class System:
    """Where Linux tells of devices and programs."""

    devices: Path = Path("/sys/bus/usb/devices")
    processes: Path = Path("/proc")
    rules: Path = Path("/usr/lib/udev/rules.d")


LINUX = System()


def find_line(wanted: str | None, system: System = LINUX) -> SerialLine | Finding:
    """The camera's line, opened, or why there is none."""
    try:
        port = find_port(wanted, ask=None)
    except SeveralPorts as error:
        return problem("several-ports", str(error).partition(";")[0], "it is not clear which", "choose with --port")
    except PortError:
        return no_port(system)
    try:
        return SerialLine(port.device)
    except NoPermission as error:
        return _of("no-permission", error, "this user may not open serial ports")
    except PortBusy as error:
        return _of("port-in-use", error, "one program at a time can talk to the camera")
    except NoSuchPort as error:
        return _of("no-such-port", error, f"--port or {VARIABLE} names what is not there")
    except LineError as error:
        return problem("cannot-open", str(error).rpartition(": ")[0], "the system refuses", "plug it in again")


def no_port(system: System = LINUX) -> Finding:
    """Why no camera has a port."""
    bridges = _bridges(system.devices)
    if bridges and _brltty(system):
        return problem(
            "brltty",
            f"{bridges[0]} is on USB but has no serial port",
            "brltty, a program for Braille displays, takes it away",
            "`sudo apt remove brltty`, then plug the camera in again",
        )
    if bridges:
        return problem(
            "no-driver",
            f"{bridges[0]} is on USB but has no serial port",
            "its driver is not loaded",
            "`sudo modprobe ftdi_sio ch341`, then plug the camera in again",
        )
    others = [port.device for port in list_ports.comports() if port.vid is not None]
    if others:
        return problem(
            "unknown-bridge",
            f"no camera, but {', '.join(others)}",
            "none has the USB ids of a K210 board",
            "if one is the camera, name it with --port",
        )
    return problem(
        "no-bridge",
        "no camera on USB",
        "a cable from C to C does not power an M5StickV, a charging cable has no data lines, or it is off",
        "use the A-to-C cable that came with it, and press its power button for two seconds",
    )


def _of(code: str, error: LineError, why: str) -> Finding:
    device, what, do = str(error).split(": ", 2)
    return problem(code, f"{device}: {what}", why, do)


def _bridges(devices: Path) -> list[str]:
    """Names of the bridges on USB, whether they have a port or not; Linux."""
    found = []
    for device in devices.glob("*"):
        try:
            ids = tuple(int((device / name).read_text(), 16) for name in ("idVendor", "idProduct"))
        except (OSError, ValueError):
            continue
        if ids in BRIDGES:
            found.append(BRIDGES[ids])
    return found


def _brltty(system: System) -> bool:
    if not sys.platform.startswith("linux"):
        return False
    names = []
    for process in system.processes.glob("[0-9]*/comm"):
        try:
            names.append(process.read_text().strip())
        except OSError:  # it has just ended
            continue
    return "brltty" in names or any(system.rules.glob("*brltty*"))
