"""The same for many cameras: all that are plugged in (--all), or each when it is (--each); a report at the end."""

import argparse
import time
from collections.abc import Callable, Iterator

from madeleine.camera.ports import Port, PortError, candidates
from madeleine.errors import ToolError, UsageError
from madeleine.terminal import printable

LOOK_S = 0.5
TONE = "\a"  # a terminal's bell


def add_many_arguments(parser: argparse.ArgumentParser) -> None:
    """--all and --each."""
    many = parser.add_mutually_exclusive_group()
    many.add_argument("--all", action="store_true", help="all cameras that are plugged in, one after the other")
    many.add_argument("--each", action="store_true", help="each camera as it is plugged in, with a tone; Ctrl-C ends")


def for_many(arguments: argparse.Namespace, act: Callable[[str], object]) -> int:
    """Does it for many cameras, whatever fails; 0 when all went well, 1 when not."""
    if arguments.port is not None:
        raise UsageError("--all and --each find the cameras by themselves; leave --port out")
    results: dict[str, str] = {}
    try:
        for port in _plugged_in() if arguments.each else _all():
            title = port.serial_number or port.device
            print(f"-- {printable(str(port))}", flush=True)
            try:
                act(port.device)
                results[title] = "done"
            except ToolError as error:
                results[title] = f"FAILED: {printable(str(error))}"
                print(results[title], flush=True)
            print(end=TONE, flush=True)
    except KeyboardInterrupt:  # the usual end of --each
        if not arguments.each:
            raise
    failed = [title for title, result in results.items() if result != "done"]
    print(f"\ncameras: {len(results)}, failed: {len(failed)}")
    for title, result in results.items():
        print(f"  {title}  {result}")
    return 1 if failed else 0


def _all() -> list[Port]:
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
