"""`madeleine whatif`: what a camera would have said with other settings, from a log with vectors or scores."""

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from madeleine import terminal
from madeleine.errors import ToolError
from madeleine.evaluation import tables
from madeleine.evaluation.limits import LIMITS
from madeleine.evaluation.models import ModelFile
from madeleine.evaluation.naming import RULES
from madeleine.examples import files
from madeleine.examples.collection import IGNORED, Example
from madeleine.parser import whole_number
from madeleine.whatif.frames import Log, frames_of
from madeleine.whatif.replay import Rules, appearances, gone, shown

NOTHING = "nothing"
EXAMPLES = """examples:
  madeleine monitor --log today.jsonl --vectors 1              first: everything that the camera sees
  madeleine examples export set.jsonl                          ... and what it knows
  madeleine whatif today.jsonl --examples set.jsonl --limit 150 --rule fit --without cup
  madeleine whatif today.jsonl --examples set.jsonl --limit 150 --nothing
                                                 nothing taught was in view: every name is a false alarm
  madeleine whatif today.jsonl --limit 150       a log with scores alone needs no examples
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.description = "Answers the frames of a log again, as then and with other settings, and compares."
    parser.epilog = EXAMPLES
    parser.add_argument("log", metavar="LOG.jsonl", type=Path, help="of madeleine monitor --log")
    parser.add_argument("--examples", metavar="FILE", type=Path, help="what the camera knew; needed with vectors")
    parser.add_argument("--limit", metavar="N", type=whole_number(1, int(LIMITS[-1])), help="another limit")
    parser.add_argument("--rule", choices=RULES, help="another rule")
    parser.add_argument(
        "--without", metavar="NAME", action="append", default=[], help="forget a class; may be repeated"
    )
    parser.add_argument("--model", metavar="NAME|FILE", default="madeleine", help="the camera's (%(default)s)")
    truth = parser.add_mutually_exclusive_group()
    truth.add_argument("--true", metavar="NAME", help="this was in view all the time: other names are false alarms")
    truth.add_argument("--nothing", action="store_true", help="nothing taught was in view: every name is a false alarm")
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Prints both answers next to each other; ToolError for a log or examples that are of no use."""
    log = frames_of(arguments.log)
    if log.damaged:
        terminal.say_left_out([f"{log.damaged} frames of {arguments.log} make no sense"])
    model = ModelFile.find(arguments.model)
    known = _known(arguments, log, model.identity())
    then = Rules(log.limit, log.rule)
    without = tuple("" if name == IGNORED else name for name in arguments.without)
    now = Rules(arguments.limit or log.limit, arguments.rule or log.rule, without)
    before, after = (shown(log, known, model.scale(), rules) for rules in (then, now))
    _print(arguments, then, now, before, after)
    return 0


def _known(arguments: argparse.Namespace, log: Log, model: str) -> Sequence[Example]:
    """The examples; ToolError when they or the log are of another model, or a class is not among them."""
    console = Console(markup=False, highlight=False, soft_wrap=True)
    collection = files.load(arguments.examples, console.print) if arguments.examples else None
    for whose, name in ((arguments.examples, collection.model if collection else ""), (arguments.log, log.model)):
        if name and name != model:
            raise ToolError(f"{whose} is of model {name}, not {model}; give its model with --model")
    if log.vectors and not collection:
        raise ToolError(f"{arguments.log} has vectors: give what the camera knew with --examples FILE")
    examples = collection.examples if collection else ()
    names = {example.label for example in examples} | {name for scores in log.scores for name, _ in scores}
    for name in [*arguments.without, *([arguments.true] if arguments.true else [])]:
        if name not in names and name != IGNORED:
            raise ToolError(f"nothing called {name} was known; there are: {', '.join(sorted(names - {''})) or 'none'}")
    return examples


def _print(arguments: argparse.Namespace, then: Rules, now: Rules, before: Sequence[str], after: Sequence[str]) -> None:
    console = Console(width=tables.WIDTH, markup=False)
    console.print(f"{len(before)} frames. Then: {then}. Now: {now}.", highlight=False)
    names = sorted({*before, *after} - {""})
    counts = np.zeros((len(names) + 1, len(names) + 1), np.int64)
    places = {name: number for number, name in enumerate([*names, ""])}
    for one, other in zip(before, after, strict=True):
        counts[places[one], places[other]] += 1
    rows = [(name, row) for name, row in zip([*names, NOTHING], counts.tolist(), strict=True) if sum(row)]
    title = "Of the frames that showed this then, % show this now"
    tables.titled(console, title, tables.answered(rows, [*names, NOTHING]))
    tables.titled(console, "How often each name appeared", _appeared(names, before, after))
    for line in _alarms(arguments, before, after):
        console.print(line, highlight=False)


def _appeared(names: Sequence[str], before: Sequence[str], after: Sequence[str]) -> Table:
    counts = [Counter(seen.name for seen in appearances(shown)) for shown in (before, after)]
    table = tables.blank(["name"], ["then", "now"])
    for name in names:
        table.add_row(name, *(str(count[name]) for count in counts))
    return table


def _alarms(arguments: argparse.Namespace, before: Sequence[str], after: Sequence[str]) -> list[str]:
    """What is saved and what is lost, where somebody has said what was in view."""
    lost, new = gone(before, after), gone(after, before)
    if not arguments.true and not arguments.nothing:
        return [
            f"{len(lost)} appearances are gone now, {len(new)} are new (--true NAME or --nothing says which are false)"
        ]
    right = arguments.true or ""
    false_then, false_now = (sum(seen.name != right for seen in appearances(shown)) for shown in (before, after))
    saved = sum(seen.name != right for seen in lost)
    said = [
        f"False alarms: {false_then} then, {false_now} now; {saved} saved, {sum(one.name != right for one in new)} new"
    ]
    if right:
        shares = [100 * np.mean([name == right for name in shown]) for shown in (before, after)]
        said.append(f"{right} was on the screen in {shares[0]:.0f} % of the frames then, in {shares[1]:.0f} % now")
    return said
