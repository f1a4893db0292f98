"""Power cuts on the firmware MAIXPY_FIRMWARE names: `python tests/bench/power_cuts.py [--cuts 40] [CLASS ...]`.

Prints a row for each class of moments as soon as it is done: operations of the flash chip in it, blocks that SPIFFS
recycled, cuts, starts to the prompt, formatted file systems, cuts after which something acknowledged was lost, cuts
that hurt files of the app, those after which it did not start. Some minutes a row; `crowded` is the flash almost full,
with a row for each recycling.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/board"), str(ROOT / "lib"), str(ROOT / "tools/madeleine/sim/fakes")]

from power_cuts import CLASSES, Tally, crowded, cut_and_restart  # noqa: E402

HEAD = "class", "operations", "recycled", "cuts", "started", "formatted", "lost", "app hurt", "app gone"


def tallies(name: str, cuts: int) -> Iterator[tuple[str, Tally]]:
    """What became of the cuts of a class, and of each recycling on the crowded flash."""
    moments = enumerate(crowded(), 1) if name == "crowded" else [(0, CLASSES[name]())]
    for number, (log, allowed) in moments:
        tally = Tally()
        cut_and_restart(log, allowed, cuts, tally)
        yield (f"{name}, recycling {number}" if number else name), tally


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cuts", type=int, default=40, help="of each class")
    parser.add_argument("classes", nargs="*", default=[*CLASSES, "crowded"], help=", ".join([*CLASSES, "crowded"]))
    arguments = parser.parse_args()
    print("| " + " | ".join(HEAD) + " |\n|" + " --- |" * len(HEAD), flush=True)
    for name in arguments.classes:
        for title, tally in tallies(name, arguments.cuts):
            row = (
                title,
                tally.operations,
                tally.blocks,
                tally.cuts,
                tally.started,
                tally.formatted,
                tally.lost,
                tally.app_hurt,
                tally.app_gone,
            )
            print("| " + " | ".join(map(str, row)) + " |", " ".join(sorted(tally.app)), flush=True)


if __name__ == "__main__":
    main()
