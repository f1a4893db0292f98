"""Items through the state to the sinks: what `madeleine monitor` and `replay` do with a camera or a log."""

import argparse
import contextlib
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue

from rich.console import Console

from madeleine.monitor.actions import RulesSink
from madeleine.monitor.items import Item, Noted, Sink
from madeleine.monitor.live import LiveView
from madeleine.monitor.log import LogSink
from madeleine.monitor.plain import PlainView
from madeleine.monitor.rules import Rules
from madeleine.monitor.rules_file import load
from madeleine.monitor.state import State


def add_view_arguments(parser: argparse.ArgumentParser) -> None:
    """--rules and --json."""
    parser.add_argument("--rules", metavar="FILE.toml", type=Path, help="what to do when a name appears or goes")
    parser.add_argument("--json", action="store_true", help="print what a log keeps, one JSON object a line")


def rules_of(arguments: argparse.Namespace) -> Rules | None:
    """The rules of the command line, if it names any; RulesError for a file that is not right."""
    return load(arguments.rules) if arguments.rules else None


def watch(items: Iterator[Item], as_json: bool, rules: Rules | None, logs: list[Sink]) -> int:
    """Lets items go through the state to the sinks, until they end, or Ctrl-C, or nobody reads on."""
    state, notes = State(), SimpleQueue[str]()
    acting = [] if rules is None else [RulesSink(rules, notes.put)]
    telling: list[Sink] = [*logs, _view(state, as_json)]

    def take(item: Item) -> None:
        told = state.take(item)
        for sink in (*telling, *acting):
            sink.take(item, told)

    def take_notes() -> None:
        while not notes.empty():
            take(Noted(time.time(), notes.get()))

    try:
        with contextlib.suppress(KeyboardInterrupt):  # the usual end
            for item in items:
                take_notes()
                take(item)
        for actor in acting:
            actor.close()
        take_notes()
    finally:
        for sink in (*acting, *telling):
            sink.close()
    return 0


def _view(state: State, as_json: bool) -> Sink:
    """The picture in a terminal, lines of text in a pipe, or JSON."""
    if as_json:
        return LogSink(sys.stdout)
    console = Console(file=sys.stdout, markup=False)
    drawable = console.is_terminal and not console.is_dumb_terminal and console.encoding.startswith("utf")
    return LiveView(state, console) if drawable else PlainView(sys.stdout)
