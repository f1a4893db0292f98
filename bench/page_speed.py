"""How fast the page's camera is: pictures a second, and from a click on A to "learned", beside the first edition.

usage: python -m bench.page_speed [--rounds 3] [--seconds 10] [--clicks 9]

Both editions run `madeleine web` with their own model, in turn, and a tab of this program's own: it sends a picture for
each turn and takes every screen, as the page does. The rows are medians of the rounds; a turn without a new picture
does not count. A picture comes 20 times a second at most, as from the board's own camera, so the processor's time for
one tells what is left. Linux.
"""

import argparse
import json
import os
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import numpy as np
from madeleine.sim.scenes import scene
from websockets.sync.client import ClientConnection, connect

from tests import ROOT

FIRST_EDITION = "7654d82"  # the last commit of its last day, 21 November 2026
SCENES = [np.roll(scene("cup"), shift, axis=1).tobytes() for shift in range(100)]  # more than the board remembers
DEADLINE_S = 60.0
TICKS = os.sysconf("SC_CLK_TCK")


class Tab:
    """The page's part of the conversation."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._number = 0

    def say(self, **order: object) -> None:
        """One order."""
        self._connection.send(json.dumps(order))

    def until(self, event: str) -> dict:
        """The next event of that kind; each turn gets the next picture meanwhile."""
        end = time.monotonic() + DEADLINE_S
        while time.monotonic() < end:
            message = self._connection.recv(timeout=DEADLINE_S)
            if isinstance(message, bytes):
                self.say(do="shown")
                continue
            said = json.loads(message)
            if said["event"] == "turn":
                self.show()
            if said["event"] == event:
                return said
        raise TimeoutError(event)

    def show(self) -> None:
        """The next picture: a hand moves."""
        self._number += 1
        self._connection.send(struct.pack("<I", self._number) + SCENES[self._number % len(SCENES)])


@contextmanager
def served(folder: Path, *options: str) -> Iterator[tuple[Tab, int]]:
    """`madeleine web` of the edition in `folder`: a tab, and the process."""
    command = [sys.executable, "-m", "madeleine", "web", "--no-browser", "--port", "0", *options]
    paths = os.pathsep.join(str(folder / part) for part in ("tools", "lib"))
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": paths}
    )
    assert process.stdout is not None
    try:
        address = next(word for line in process.stdout for word in line.split() if word.startswith("http://"))
        place = address.removeprefix("http://").strip("/")
        with connect(f"ws://{place}/live", origin=f"http://{place}", max_size=None, max_queue=None) as connection:
            tab = Tab(connection)
            tab.until("turn")
            tab.show()
            yield tab, process.pid
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(DEADLINE_S)


def processor_s(pid: int) -> float:
    """What a process and its children have used so far."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS + sum(processor_s(int(child)) for child in children)


def round_of(folder: Path, seconds: float, clicks: int, *options: str) -> tuple[float, float, float]:
    """Pictures a second, milliseconds of the processor for one, and the median of the clicks in milliseconds."""
    with served(folder, *options) as (tab, pid):
        for _ in range(20):
            tab.until("turn")
        began_s, used_s, pictures = time.monotonic(), processor_s(pid), set[int]()
        while time.monotonic() - began_s < seconds:
            pictures.add(tab.until("turn")["frame"])
        took_s, used_s = time.monotonic() - began_s, processor_s(pid) - used_s
        waits = []
        for _ in range(clicks):
            pressed_s = time.monotonic()
            tab.say(do="button", name="A", down=True)
            tab.say(do="button", name="A", down=False)
            tab.until("learned")
            waits.append(1000 * (time.monotonic() - pressed_s))
            for _ in range(5):
                tab.until("turn")
    return len(pictures) / took_s, 1000 * used_s / len(pictures), statistics.median(waits)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--clicks", type=int, default=9)
    given = parser.parse_args()
    print(f"load of this machine: {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as scratch:
        command = ["git", "archive", "--format=zip", FIRST_EDITION]
        archive = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout
        with zipfile.ZipFile(BytesIO(archive)) as files:
            files.extractall(scratch)
        editions = {"first edition": (Path(scratch), ()), "now": (ROOT, ("--fresh",))}
        rows: dict[str, list[tuple[float, float, float]]] = {name: [] for name in editions}
        for _ in range(given.rounds):
            for name, (folder, options) in editions.items():
                rows[name].append(round_of(folder, given.seconds, given.clicks, *options))
    print("edition         pictures a second   processor, ms each   A to learned, ms")
    for name, all_rounds in rows.items():
        rate, work, wait = (statistics.median(column) for column in zip(*all_rounds, strict=True))
        print(f"{name:15} {rate:17.1f} {work:20.1f} {wait:18.0f}")


if __name__ == "__main__":
    main()
