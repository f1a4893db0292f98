"""Power cuts on the firmware MAIXPY_FIRMWARE names: `python -m bench.power_cuts [--cuts 40] [--plot FILE] [CLASS ...]`.

Prints a row for each class of moments as soon as it is done: operations of the flash chip in it, blocks that SPIFFS
recycled, cuts, different contents of the flash that they left, starts to the prompt, what was known then, formatted
file systems, cuts that hurt files of the app, those after which it did not start. Each different content takes one
start of the firmware, a second or two. `crowded` is the flash almost full, with a row for each recycling.
"""

import argparse
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.firmware.power_cuts import AFTER, BEFORE, CLASSES, DEAD, LOST, Results, Tally, crowded, cut_and_restart

HEAD = (
    "class",
    "operations",
    "recycled",
    "cuts",
    "contents",
    "started",
    "before",
    "after",
    "lost",
    "formatted",
    "app hurt",
    "app gone",
)
COLORS = {BEFORE: "#9ecae1", AFTER: "#2171b5", LOST: "#d62728", DEAD: "black"}


def tallies(name: str, cuts: int, **how: Any) -> Iterator[tuple[str, Tally]]:
    """What became of the cuts of a class, and of each recycling on the crowded flash."""
    if name == "crowded":
        for number, moments in enumerate(crowded(), 1):
            yield f"recycling {number}", cut_and_restart(*moments, cuts, **how)
    else:
        yield name, cut_and_restart(*CLASSES[name](), cuts, **how)


def row(name: str, tally: Tally) -> str:
    """A line of the table, and which files of the app were hurt."""
    cells = [name, tally.operations, tally.blocks, len(tally.cuts), tally.images]
    cells += [len(tally.cuts) - tally.count(DEAD)]
    cells += [tally.count(state) for state in (BEFORE, AFTER, LOST)]
    cells += [
        sum(of) for of in zip(*((cut.formatted, bool(cut.hurt), cut.app_gone) for cut in tally.cuts), strict=True)
    ]
    return "| " + " | ".join(map(str, cells)) + " | " + " ".join(sorted(tally.app_hurt))


def draw(results: dict[str, Tally], path: str) -> None:
    """A strip for each class: every cut a line at its operation, coloured by what was known after it."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import patches, pyplot

    figure, strips = pyplot.subplots(
        len(results), figsize=(9, 0.8 + 0.62 * len(results)), squeeze=False, layout="constrained"
    )
    for (name, tally), strip in zip(results.items(), strips[:, 0], strict=True):
        for state, color in COLORS.items():
            moments = [cut.moment for cut in tally.cuts if cut.state == state]
            strip.bar(moments, 1, width=max(1, tally.operations / 500), color=color, align="edge")
        strip.set(xlim=(0, tally.operations), ylim=(0, 1), yticks=[])
        strip.set_ylabel(f"{name}\n{len(tally.cuts)} cuts", rotation=0, ha="right", va="center")
    strips[-1, 0].set_xlabel("operation of the flash chip in which the power failed")
    shown = [state for state in COLORS if any(tally.count(state) for tally in results.values())]
    handles = [patches.Patch(color=COLORS[state], label=state) for state in shown]
    figure.legend(handles=handles, loc="outside upper center", ncols=4, frameon=False)
    figure.savefig(path, dpi=110)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cuts", type=int, default=40, help="of each class, or one in each of its operations")
    parser.add_argument("--plot", metavar="FILE", help="draw every cut and what was known after it")
    parser.add_argument("--results", metavar="FILE", type=Path, help="keep what cuts led to, and go on from there")
    parser.add_argument("--processes", type=int, default=os.cpu_count(), help="at a time (%(default)s)")
    parser.add_argument("classes", nargs="*", default=[*CLASSES, "crowded"], help=", ".join([*CLASSES, "crowded"]))
    arguments = parser.parse_args()
    print("| " + " | ".join(HEAD) + " |\n|" + " --- |" * len(HEAD), flush=True)
    results = {}
    how = {"results": Results(arguments.results), "processes": arguments.processes}
    for name in arguments.classes:
        for title, tally in tallies(name, arguments.cuts, **how):
            results[title] = tally
            print(row(title, tally), flush=True)
            if arguments.plot:
                draw(results, arguments.plot)


if __name__ == "__main__":
    main()
