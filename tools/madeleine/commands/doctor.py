"""`madeleine doctor`."""

import argparse
import json
from dataclasses import asdict
from importlib.metadata import version

from madeleine.board.doctor.board import examine
from madeleine.board.doctor.finding import Finding, fine, problem
from madeleine.board.doctor.host import find_line
from madeleine.board.doctor.twins import twins
from madeleine.camera.ports import add_port_argument, candidates, users_of
from madeleine.camera.serial_port import SerialLine
from madeleine.camera.usb import Board
from madeleine.errors import ToolError
from madeleine.paths import board_files
from madeleine.terminal import printable

EXAMPLES = """examples:
  madeleine doctor                      what is wrong with the camera there is
  madeleine doctor --json               for programs; the codes stay the same

The exit code is 0 when nothing is wrong and 1 when something is.
"""
SIGNS = {"fine": "ok  ", "hint": "hint", "problem": "NO  "}
WELL, ILL = 0, 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.description = (
        "Looks at cable, port, firmware, model and app: what is wrong, why, and what to do, a line each."
    )
    parser.epilog = EXAMPLES
    add_port_argument(parser)
    parser.add_argument("--reset", action="store_true", help="restart the camera first")
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """0 when nothing is wrong, 1 when something is."""
    findings = []
    for finding in diagnose(arguments.port, arguments.reset):
        findings.append(finding)
        if not arguments.json:
            print(SIGNS[finding.level], printable(str(finding)), flush=True)
    if arguments.json:
        print(json.dumps([asdict(finding) for finding in findings]))
    return ILL if any(finding.level == "problem" for finding in findings) else WELL


def diagnose(port: str | None, reset: bool) -> list[Finding]:
    """Everything there is to say; a camera that goes away meanwhile is a finding, too."""
    line = find_line(port)
    if not isinstance(line, SerialLine):
        return [line, *twins(candidates())]
    findings = [fine("port", f"{line.device} is open")]
    others = users_of(line.device)
    if others:
        findings.append(
            problem(
                "port-shared", f"{', '.join(others)} has the port open, too", "it takes half of what comes", "close it"
            )
        )
    with Board(line) as board:
        try:
            findings += examine(board, board_files(), version("madeleine-camera"), reset)
        except ToolError as error:
            findings.append(problem("lost", str(error), "", ""))
    return findings + twins(candidates())
