"""`madeleine monitor` and `madeleine replay`: the answer of a camera, live or from a log."""

import argparse
import contextlib
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue

from rich.console import Console

from madeleine.camera.ports import add_port_argument
from madeleine.errors import ToolError
from madeleine.monitor.actions import RulesSink
from madeleine.monitor.cable import CableSource
from madeleine.monitor.items import Item, Noted, Sink
from madeleine.monitor.lane import ActionError
from madeleine.monitor.live import LiveView
from madeleine.monitor.log import LogFile, LogSink, replayed
from madeleine.monitor.plain import PlainView
from madeleine.monitor.program import find_program
from madeleine.monitor.rules import Rules, Run, describe
from madeleine.monitor.rules_file import RulesError, load
from madeleine.monitor.state import State

EXAMPLES = """examples:
  madeleine monitor                              what the camera sees, until Ctrl-C
  madeleine monitor --log today.jsonl            ... and keep it
  madeleine monitor --rules rules.toml           ... and do something when a name appears or goes
  madeleine monitor --rules rules.toml --check-rules         is the file right? Does nothing else
  madeleine monitor --json | jq 'select(.said.event == "seen").said.name'     for other programs

It waits for a camera that is not there, and for one that is unplugged. Also for a camera that runs Brownie.
"""
REPLAY_EXAMPLES = """examples:
  madeleine replay today.jsonl                   as it was
  madeleine replay today.jsonl --speed 60        an hour in a minute
  madeleine replay today.jsonl --speed 0         at once
  madeleine replay today.jsonl --rules rules.toml            tries rules without a camera
"""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Registers both commands."""
    monitor = subparsers.add_parser(
        "monitor",
        help="what the camera sees, live; and act on it",
        description="Shows what a camera says, keeps it, acts on it.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_port_argument(monitor)
    monitor.add_argument("--log", metavar="FILE.jsonl", type=Path, help="keep everything in a file, at its end")
    monitor.add_argument("--check-rules", action="store_true", help="check the file of --rules and end")
    _add_common(monitor)
    monitor.set_defaults(func=_monitor)
    replay = subparsers.add_parser(
        "replay",
        help="play a log of the monitor again",
        description="Shows a log of `madeleine monitor --log` as it was.",
        epilog=REPLAY_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    replay.add_argument("file", metavar="FILE.jsonl", type=Path, help="the log")
    replay.add_argument(
        "--speed", metavar="N", type=_speed, default=1.0, help="times as fast; 0: at once (%(default)s)"
    )
    _add_common(replay)
    replay.set_defaults(func=_replay)


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rules", metavar="FILE.toml", type=Path, help="what to do when a name appears or goes")
    parser.add_argument("--json", action="store_true", help="print what a log keeps, one JSON object a line")


def _speed(text: str) -> float:
    with contextlib.suppress(ValueError):
        speed = float(text)
        if 0 <= speed <= 1e6:
            return speed
    raise argparse.ArgumentTypeError(f"{text!r} is no speed; a number such as 0, 1, 60")


def _monitor(arguments: argparse.Namespace) -> int:
    rules = _rules(arguments)
    if arguments.check_rules:
        return _tell(rules, arguments.rules)
    with contextlib.closing(CableSource(arguments.port)) as source:
        logs: list[Sink] = [LogFile(arguments.log)] if arguments.log else []
        return _watch(source.items(), arguments.json, rules, logs)


def _replay(arguments: argparse.Namespace) -> int:
    return _watch(replayed(arguments.file, arguments.speed), arguments.json, _rules(arguments), [])


def _rules(arguments: argparse.Namespace) -> Rules | None:
    return load(arguments.rules) if arguments.rules else None


def _tell(rules: Rules | None, path: Path | None) -> int:
    """What the rules would do, and whether their programs are there."""
    if rules is None:
        raise ToolError("there are no rules to check; name their file with --rules")
    for rule in rules.rules:
        print(f"{rule.title}: {describe(rule.action)}")
        if isinstance(rule.action, Run):
            try:
                find_program(rule.action)
            except ActionError as error:
                raise RulesError(f"{path}, {rule.title}: {error}") from error
    print(f"{path}: all right")
    return 0


def _watch(items: Iterator[Item], as_json: bool, rules: Rules | None, logs: list[Sink]) -> int:
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
    console = Console(file=sys.stdout)
    return LiveView(state, console) if console.is_terminal and not console.is_dumb_terminal else PlainView(sys.stdout)
