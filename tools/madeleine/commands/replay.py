"""`madeleine replay`: the answer of a camera, from a log."""

import argparse
import contextlib
from pathlib import Path

from madeleine.monitor.log import replayed
from madeleine.monitor.watch import add_view_arguments, rules_of, watch

EXAMPLES = """examples:
  madeleine replay today.jsonl                   as it was
  madeleine replay today.jsonl --speed 60        an hour in a minute
  madeleine replay today.jsonl --speed 0         at once
  madeleine replay today.jsonl --rules rules.toml            tries rules without a camera
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.description = "Shows a log of `madeleine monitor --log` as it was."
    parser.epilog = EXAMPLES
    parser.add_argument("file", metavar="FILE.jsonl", type=Path, help="the log")
    parser.add_argument(
        "--speed", metavar="N", type=_speed, default=1.0, help="how many times as fast; 0: without pauses (%(default)s)"
    )
    add_view_arguments(parser)
    parser.set_defaults(func=run)


def _speed(text: str) -> float:
    with contextlib.suppress(ValueError):
        speed = float(text)
        if 0 <= speed <= 1e6:
            return speed
    raise argparse.ArgumentTypeError(f"{text!r} is not a valid speed; give a number such as 0, 1, 60")


def run(arguments: argparse.Namespace) -> int:
    """Shows the whole log; 0."""
    return watch(replayed(arguments.file, arguments.speed), arguments.json, rules_of(arguments), [])
