"""Draws the monitor's picture in the documents from a log, as it stands at the log's end.

python -m tests.monitor.monitor_picture tests/commands/lesson.jsonl docs/monitor.svg
"""

import io
import os
import sys
import time
from pathlib import Path

from madeleine.monitor.items import Tick
from madeleine.monitor.live import picture
from madeleine.monitor.log import replayed
from madeleine.monitor.state import State
from rich.console import Console

HEIGHT, WIDTH = 24, 90
ZONE = "Asia/Tokyo"


def drawn(log: Path) -> Console:
    """A console that has recorded the picture, two seconds after the log's end."""
    state = State()
    for item in replayed(log, speed=0):
        state.take(item)
    state.take(Tick(state.now_s + 2))
    console = Console(record=True, width=WIDTH, height=HEIGHT, file=io.StringIO(), force_terminal=True)
    console.print(picture(state, HEIGHT))
    return console


def main() -> None:
    os.environ["TZ"] = ZONE
    time.tzset()
    log, svg = map(Path, sys.argv[1:])
    svg.write_text(drawn(log).export_svg(title="madeleine monitor"), encoding="utf-8")


if __name__ == "__main__":
    main()
