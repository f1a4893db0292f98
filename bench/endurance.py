"""Does a long life cost memory? A camera on the real firmware, used in every way, tells what is free as turns go by.

    MAIXPY_FIRMWARE=IMAGE.bin python -m bench.endurance --turns 10000

A thousand turns take about five minutes. docs/BOARD.md holds what it printed.
"""

import argparse
import time
from collections import Counter
from pathlib import Path

from bench.long_life import Life, events
from tests.firmware.prompt import MODEL

TROUBLE = ("Traceback", "Error", "Fault", "cards are off", "restarting")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=10_000)
    parser.add_argument("--examples", type=int, default=248, help="taught before (default: 248 of the 250 places)")
    parser.add_argument("--model", type=Path, default=MODEL, help="a kmodel (default: Brownie's)")
    parser.add_argument("--set", nargs=2, action="append", default=[], metavar=("KEY", "VALUE"), help="a setting")
    parser.add_argument("--writing", action="append", default=[], help="a font beside the Latin one: ja, ko, zh")
    arguments = parser.parse_args()
    camera = Life(arguments.model.read_bytes(), arguments.examples, dict(arguments.set), arguments.writing)
    began = time.monotonic()
    print(
        "| turn | free in the GC heap | largest piece | free in the system heap, KB | minutes |",
        "| --- " * 5 + "|",
        sep="\n",
    )
    for report in camera.live(arguments.turns):
        minutes = (time.monotonic() - began) / 60
        print(
            f"| {report.turn} | {report.heap:,} | {report.largest:,} | {report.system // 1024} | {minutes:.1f} |",
            flush=True,
        )
    print(dict(Counter(event["event"] for event in events(camera.said))))
    print("restarts:", camera.emulator.resets)
    print("trouble:", [line for line in camera.said if any(word in line for word in TROUBLE)] or "none")


if __name__ == "__main__":
    main()
