"""`madeleine install` and `madeleine uninstall`."""

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from madeleine.board.install import installer
from madeleine.board.setup import wait_until_ready
from madeleine.camera.ports import add_port_argument
from madeleine.camera.usb import Board, Message
from madeleine.errors import ToolError
from madeleine.paths import board_files

INSTALL_EXAMPLES = """examples:
  madeleine install                     the camera there is; only what differs is copied
  madeleine install --port COM5         this one

It can be interrupted at any moment: the old app starts or the new one, and to run it again goes on from there.
"""
UNINSTALL_EXAMPLES = """examples:
  madeleine uninstall                   the app goes, what was taught stays for the next one
  madeleine uninstall --examples        what was taught goes, too
"""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Registers both commands."""
    _command(subparsers, "install", "put the app on a camera, or bring it up to date", INSTALL_EXAMPLES, run_install)
    parser = _command(subparsers, "uninstall", "take the app off a camera", UNINSTALL_EXAMPLES, run_uninstall)
    parser.add_argument("--examples", action="store_true", help="remove what was taught, too")


def _command(
    subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, does: str, examples: str, run: object
) -> argparse.ArgumentParser:
    parser = subparsers.add_parser(
        name, help=does, epilog=examples, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_port_argument(parser)
    parser.add_argument(
        "--reset", action="store_true", help="restart the camera first, if its program cannot be stopped"
    )
    parser.add_argument("--json", action="store_true", help="say what was done as one JSON object")
    parser.set_defaults(func=run)
    return parser


def run_install(arguments: argparse.Namespace) -> int:
    """0 when the app is on the camera and has started; ToolError otherwise."""
    console = _console(arguments)
    with Board.open(arguments.port) as board:
        console.print(f"Camera on {board.line.device}")
        if arguments.reset:
            board.reset()
        with _bar(console) as progress:
            report = installer.install(board, board_files(), progress)
        _tell(console, report)
        ready = _started(board, report)
    if arguments.json:
        print(json.dumps({**asdict(report), "ready": ready}))
    console.print(f"Madeleine {ready.get('app')} runs: press A to learn ({ready.get('examples')} examples so far).")
    return 0


def _tell(console: Console, report: installer.Report) -> None:
    copied = f"{len(report.copied)} files copied and read back" if report.copied else "nothing to copy: all is there"
    console.print(f"Firmware {report.firmware}; {copied}. The camera restarts.")


def _started(board: Board, report: installer.Report) -> Message:
    """What the app says of itself once it has started; ToolError when it does not."""
    if report.card_starts:
        raise ToolError("all is on the camera, but its memory card has a boot.py, which starts instead: take it out")
    try:
        return wait_until_ready(board)
    except ToolError as error:
        raise ToolError(f"all is on the camera, but {error}; `madeleine doctor` looks closer") from error


def run_uninstall(arguments: argparse.Namespace) -> int:
    """0 when the app is gone; ToolError otherwise."""
    console = _console(arguments)
    with Board.open(arguments.port) as board:
        if arguments.reset:
            board.reset()
        gone = installer.uninstall(board, board_files(), arguments.examples)
    if arguments.json:
        print(json.dumps({"removed": gone}))
    else:
        kept = "" if arguments.examples else "; what was taught is still there"
        console.print(f"{len(gone)} files removed{kept}.")
    return 0


def _console(arguments: argparse.Namespace) -> Console:
    return Console(file=sys.stdout, quiet=arguments.json, highlight=False, soft_wrap=True)


@contextmanager
def _bar(console: Console) -> Iterator[installer.Progress]:
    columns = (BarColumn(), TextColumn("{task.completed}/{task.total} {task.description}"))
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("looking", total=None)
        yield lambda done, total, name: bar.update(task, completed=done, total=total, description=name)
