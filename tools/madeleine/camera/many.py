"""The same for many cameras: all that are plugged in (--all), or each when it is (--each); a report at the end."""

import argparse
import time
from collections.abc import Callable, Iterator

from madeleine.camera.ports import Port, PortError, candidates
from madeleine.errors import ToolError, UsageError
from madeleine.terminal import printable

LOOK_S = 0.5
TONE = "\a"  # a terminal's bell
FAILED = "FAILED"


def add_many_arguments(parser: argparse.ArgumentParser) -> None:
    """--all and --each."""
    many = parser.add_mutually_exclusive_group()
    many.add_argument("--all", action="store_true", help="all cameras that are plugged in, one after the other")
    many.add_argument("--each", action="store_true", help="each camera as it is plugged in, with a tone; Ctrl-C ends")


def are_many(arguments: argparse.Namespace) -> bool:
    """Is it --all or --each? UsageError when the command line names one camera as well."""
    many: bool = arguments.all or arguments.each
    if many and arguments.port is not None:
        raise UsageError("--all and --each find the cameras by themselves; leave --port out")
    return many


def for_many(arguments: argparse.Namespace, act: Callable[[str], str | None]) -> int:
    """Does it for many cameras, whatever fails; 0 when all went well, 1 when not. act: what to add to "done"."""
    report = Report()
    try:
        for port in _plugged_in() if arguments.each else all_cameras():
            print(f"-- {printable(str(port))}", flush=True)
            try:
                told = act(port.device)
                report.add(port, f"done: {printable(told)}" if told else "done")
            except ToolError as error:
                report.add(port, f"{FAILED}: {printable(str(error))}")
                print(report.lines[-1][1], flush=True)
            print(end=TONE, flush=True)
    except KeyboardInterrupt:  # the usual end of --each
        if not arguments.each:
            raise
    return report.end()


class Report:
    """How it went with each camera."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str]] = []  # title and result

    def add(self, port: Port, result: str) -> None:
        """One more camera, or one that is tried again: its number tells."""
        title = port.serial_number or port.device
        if port.serial_number:
            self.lines = [line for line in self.lines if line[0] != title or not line[1].startswith(FAILED)]
        self.lines.append((title, result))

    def end(self) -> int:
        """Prints all; the exit code."""
        failed = sum(result.startswith(FAILED) for _, result in self.lines)
        print(f"\ncameras: {len(self.lines)}, failed: {failed}")
        for title, result in self.lines:
            print(f"  {title}  {result}")
        return 1 if failed else 0


def all_cameras() -> list[Port]:
    """All that are plugged in; PortError for none."""
    ports = candidates()
    if not ports:
        raise PortError("no camera on USB: plug them in")
    return ports


def _plugged_in() -> Iterator[Port]:
    """Each camera, once for each time that it is plugged in; for ever."""
    done: set[Port] = set()
    print("next camera, please (Ctrl-C ends)", flush=True)
    while True:
        there = candidates()
        done &= set(there)  # the next camera may have the same device
        for port in there:
            if port not in done:
                yield port
                done.add(port)
                print("unplug it; next camera, please (Ctrl-C ends)", flush=True)
        time.sleep(LOOK_S)
