"""`madeleine install`: the app onto a camera."""

import argparse
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from madeleine.board.install import installer
from madeleine.board.install.arguments import (
    add_app_arguments,
    add_name_arguments,
    add_writing_argument,
    console_of,
    naming_of,
)
from madeleine.board.setup import wait_until_ready
from madeleine.camera.fields import Fields
from madeleine.camera.many import add_many_arguments, are_many, for_many
from madeleine.camera.usb import Board
from madeleine.errors import ToolError
from madeleine.paths import board_files

EXAMPLES = """examples:
  madeleine install                     the camera there is; only what differs is copied
  madeleine install --port COM5         this one
  madeleine install --each              each camera that is plugged in, one after the other: a class
  madeleine install --all --name-from-list names.txt
                                        all that are plugged in, each with a name of its own
  madeleine install --writing ja        with Japanese letters: 1.1 MB, some minutes, once

It can be interrupted at any moment: the old app starts or the new one, and to run it again goes on from there.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.epilog = EXAMPLES
    add_app_arguments(parser)
    add_writing_argument(parser)
    add_name_arguments(parser)
    parser.add_argument(
        "--new-id", action="store_true", help="make another id, for a camera that has that of another one"
    )
    add_many_arguments(parser)
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """0 when the app is on the camera, or on all of them, and has started; ToolError or 1 otherwise."""
    many = are_many(arguments)
    naming = naming_of(arguments, many)
    if many:
        return for_many(arguments, lambda port: _install(arguments, port, naming))
    _install(arguments, arguments.port, naming)
    return 0


def _install(arguments: argparse.Namespace, port: str | None, naming: installer.Naming | None) -> str:
    """One camera; what there is to say of it. ToolError when its app has not started."""
    console = console_of(arguments)
    with Board.open(port) as board:
        console.print(f"Camera on {board.line.device}")
        if arguments.reset:
            board.reset()
        with _bar(console) as progress:
            report = installer.install(board, board_files(), progress, arguments.writing, naming, arguments.new_id)
        _tell(console, report)
        ready = _started(board, report)
    if arguments.json:
        print(json.dumps({**asdict(report), "ready": ready.message}))
    app, taught = ready.text("app"), ready.whole("examples")
    console.print(f"Madeleine {app} runs: press A to learn ({taught} examples so far).")
    return f"{report.title}, Madeleine {app}, {taught} examples"


def _tell(console: Console, report: installer.Report) -> None:
    copied = f"{len(report.copied)} files copied and read back" if report.copied else "nothing to copy: all is there"
    console.print(f"Firmware {report.firmware}; {copied}. The camera restarts.{report.called}")


def _started(board: Board, report: installer.Report) -> Fields:
    """What the app says of itself once it has started; ToolError when it does not."""
    if report.card_starts:
        raise ToolError("all is on the camera, but its memory card has a boot.py, which starts instead: take it out")
    try:
        return wait_until_ready(board)
    except ToolError as error:
        raise ToolError(f"all is on the camera, but {error}; `madeleine doctor` looks closer") from error


@contextmanager
def _bar(console: Console) -> Iterator[installer.Progress]:
    columns = (BarColumn(), TextColumn("{task.completed}/{task.total} {task.description}"))
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("looking", total=None)
        yield lambda done, total, name: bar.update(task, completed=done, total=total, description=name)
