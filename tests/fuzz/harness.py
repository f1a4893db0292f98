"""Runs a surface against many cases that a seed makes, and counts what must never happen.

A surface is a function `case(random)` that makes one input, gives it to the toolbox, and takes the refusals that are
right; whatever else it raises is a traceback that a user would have seen. One that takes long counts as hanging.
"""

import argparse
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from types import FrameType

HANG_S = 10.0
SHOWN = 3  # tracebacks
Case = Callable[[Random], None]


class Hang(BaseException):
    """A case has taken HANG_S."""


@dataclass
class Count:
    """What came of the cases of a surface."""

    cases: int = 0
    seconds: float = 0.0
    hangs: list[str] = field(default_factory=list)
    tracebacks: list[str] = field(default_factory=list)

    def row(self, name: str) -> str:
        """Of the table in docs/RELIABILITY.md."""
        peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        counts = f"{self.cases:,} | {len(self.tracebacks)} | {len(self.hangs)} | {peak_mb} MB | {self.seconds:.0f} s"
        return f"| {name} | {counts} |"


def run(case: Case, cases: int, seed: int) -> Count:
    """So many cases; that of number n is the same for the same seed, whatever was before it."""
    count = Count()
    began_s = time.monotonic()
    with _alarm():
        for number in range(cases):
            signal.setitimer(signal.ITIMER_REAL, HANG_S)
            try:
                case(Random(f"{seed}-{number}"))
            except Hang:
                count.hangs.append(f"case {number} of seed {seed} hangs:\n{traceback.format_exc()}")
            except Exception:
                count.tracebacks.append(f"case {number} of seed {seed}:\n{traceback.format_exc()}")
            count.cases += 1
    count.seconds = time.monotonic() - began_s
    return count


@contextmanager
def _alarm() -> Iterator[None]:
    def ring(_: int, __: FrameType | None) -> None:
        raise Hang

    before = signal.signal(signal.SIGALRM, ring)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def main(case: Case) -> None:
    """`python -m tests.fuzz.NAME --cases N --seed S`: the counts as a row; exits with 1 when something failed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    count = run(case, arguments.cases, arguments.seed)
    print("\n".join((*count.hangs[:SHOWN], *count.tracebacks[:SHOWN])))
    print(count.row(Path(sys.argv[0]).stem))
    sys.exit(1 if count.tracebacks or count.hangs else 0)
