"""`madeleine monitor`: the answer of a camera, live."""

import argparse
import contextlib
from pathlib import Path

from madeleine.camera.ports import add_port_argument
from madeleine.errors import UsageError
from madeleine.inputs import others_read
from madeleine.monitor.cable import CableSource
from madeleine.monitor.items import Sink
from madeleine.monitor.lane import ActionError
from madeleine.monitor.log import LogFile
from madeleine.monitor.program import find_program
from madeleine.monitor.rules import Rules, Run, describe
from madeleine.monitor.rules_file import RulesError
from madeleine.monitor.watch import add_view_arguments, rules_of, watch
from madeleine.parser import whole_number

EXAMPLES = """examples:
  madeleine monitor                              what the camera sees, until Ctrl-C
  madeleine monitor --log today.jsonl            ... and keep it
  madeleine monitor --log today.jsonl --vectors 1
                                                 ... with what it saw in each frame, for madeleine whatif
  madeleine monitor --rules rules.toml           ... and do something when a name appears or goes
  madeleine monitor --rules rules.toml --check-rules         is the file right? Does nothing else
  madeleine monitor --json | jq 'select(.said.event == "seen").said.name'     for other programs

It waits for a camera that is not there, and for one that is unplugged. Also for a camera that runs Brownie.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.description = "Shows what a camera says, keeps it, acts on it."
    parser.epilog = EXAMPLES
    add_port_argument(parser)
    parser.add_argument("--log", metavar="FILE.jsonl", type=Path, help="append everything to a file")
    parser.add_argument(
        "--vectors", metavar="N", type=whole_number(1, 9999), default=0, help="log every Nth frame's vector, for whatif"
    )
    parser.add_argument("--check-rules", action="store_true", help="check the file of --rules, then end")
    add_view_arguments(parser)
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Watches until Ctrl-C; 0."""
    rules = rules_of(arguments)
    if arguments.check_rules:
        return _tell(rules, arguments.rules)
    with contextlib.closing(CableSource(arguments.port, vectors=arguments.vectors)) as source:
        logs: list[Sink] = [LogFile(arguments.log)] if arguments.log else []
        return watch(source.items(), arguments.json, rules, logs)


def _tell(rules: Rules | None, path: Path | None) -> int:
    """What the rules would do, and whether their programs are there."""
    if rules is None:
        raise UsageError("there are no rules to check; name their file with --rules")
    for rule in rules.rules:
        print(f"{rule.title}: {describe(rule.action)}")
        if isinstance(rule.action, Run):
            try:
                find_program(rule.action)
            except ActionError as error:
                raise RulesError(f"{path}, {rule.title}: {error}") from error
    if rules.broker is not None and rules.broker.password is not None and path is not None and others_read(path):
        print(f"{path} holds a password, and others on this computer can read it: chmod 600 {path}")
    print(f"{path}: all right")
    return 0
