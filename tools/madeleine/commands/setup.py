"""`madeleine setup`: a camera out of its box gets firmware, model and app, and waits for the first object."""

import argparse
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.metadata import version

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from madeleine import terminal
from madeleine.board.flash.catalogue import builds
from madeleine.board.flash.package import Part
from madeleine.board.flash.progress import burn
from madeleine.board.flash.wanted import add_line_arguments, add_with_argument, extra_parts, line_to, parts_of, row
from madeleine.board.install import installer
from madeleine.board.install.arguments import add_name_arguments, add_writing_argument, naming_of
from madeleine.board.setup import wait_for_prompt, wait_until_ready
from madeleine.camera.fields import Fields
from madeleine.camera.many import add_many_arguments, all_cameras, are_many, for_many
from madeleine.camera.ports import PortError, add_port_argument, find_port
from madeleine.camera.usb import Board
from madeleine.errors import ToolError
from madeleine.paths import board_files

MODEL = "madeleine"
DONE, DECLINED = 0, 1
EXAMPLES = f"""examples:
  madeleine setup                               the camera there is; says what it will do, and asks
  madeleine setup --yes                         without asking
  madeleine setup --each                        each camera that is plugged in, one after the other: a class
  madeleine setup --each --name-from-list names.txt
                                                ... and each gets the next name of a file
  madeleine setup --dry-run                     only says what it would do
  madeleine setup --model mbnet751-feature      with another model than {MODEL}
  madeleine setup --with pose                   and with the network of the card *mode pose, which finds bodies

What was taught stays. It can be interrupted at any moment, and to run it again is always safe.
"""
NEXT = """Next: hold a cup before the lens and press A to teach the first thing. Take it away, bring it back: the frame
turns green, and there is its name. `madeleine monitor` shows live what it sees, `madeleine cards` prints names."""


@dataclass(frozen=True)
class Step:
    """A part of the work, and how to go on when it fails."""

    title: str
    go_on: str


AGAIN = "`madeleine setup` can be run again"
FLASH = Step("writing firmware and model", AGAIN)
WAIT = Step(
    "waiting for the firmware", f"firmware and model are written, `madeleine install` goes on from here, or {AGAIN}"
)
INSTALL = Step("installing the app", WAIT.go_on)
START = Step("waiting for the app", f"everything is on the camera, `madeleine doctor` looks closer, or {AGAIN}")
STEPS = (FLASH, WAIT, INSTALL, START)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.description = (
        "Writes firmware and model, installs the app, and waits until the camera says that it is ready."
    )
    parser.epilog = EXAMPLES
    add_port_argument(parser)
    parser.add_argument(
        "--firmware", metavar="FILE|NAME", help="the firmware (default: the first of `madeleine firmware list`)"
    )
    parser.add_argument("--model", metavar="FILE|NAME", default=MODEL, help="a model (default: %(default)s)")
    add_with_argument(parser)
    parser.add_argument("--yes", "-y", action="store_true", help="do not ask")
    parser.add_argument("--dry-run", "-n", action="store_true", help="print what would be done, and do nothing")
    add_writing_argument(parser)
    add_name_arguments(parser)
    add_many_arguments(parser)
    add_line_arguments(parser)
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """0 when the camera is ready, or all are, 1 when not, or after the answer no; ToolError when a step fails."""
    console = Console(soft_wrap=True, highlight=False, markup=False)
    many = are_many(arguments)
    naming = naming_of(arguments, many)
    parts = parts_of(arguments.firmware or next(iter(builds())), arguments.model, more=extra_parts(arguments.extras))
    port = None if many or arguments.dry_run else find_port(arguments.port)
    _announce(console, f"Camera on {port}" if port else _cameras(arguments), parts)
    if arguments.dry_run:
        return DONE
    if not arguments.yes and not _agreed():
        console.print("Nothing was done.")
        return DECLINED
    if port is None:
        return for_many(arguments, lambda device: ", ".join(_set_up(console, arguments, parts, device, naming)))
    _, told = _set_up(console, arguments, parts, port.device, naming)
    console.print(f"{told}.\n\n{NEXT}")
    return DONE


def _cameras(arguments: argparse.Namespace) -> str:
    """Where the cameras are, as far as that is known before they are needed."""
    if arguments.each:
        return "Each camera as it is plugged in"
    try:
        found = all_cameras() if arguments.all else [find_port(arguments.port)]
    except PortError as error:
        return f"Not yet: {error}"
    return f"{'Cameras' if arguments.all else 'Camera'} on {', '.join(map(str, found))}"


def _set_up(
    console: Console, arguments: argparse.Namespace, parts: list[Part], device: str, naming: installer.Naming | None
) -> tuple[str, str]:
    """One camera, all steps; which one it is, and what its app says of itself, in words."""
    with _step(console, FLASH):
        burn(parts, line_to(device, arguments), console)
    report, ready = _put_app(console, device, arguments.writing, naming)
    taught = ready.whole("examples")
    state = f"what it was taught is there, {taught} examples" if taught else 'its screen says "press A to learn"'
    return report.title, f"Madeleine {ready.text('app')} is ready: {state}"


def _announce(console: Console, camera: str, parts: list[Part]) -> None:
    console.print(f"{camera}. To be done:")
    for part in parts:
        console.print(f"  write {row(part)}")
    console.print(f"  install Madeleine {version('madeleine-camera')}")


def _agreed() -> bool:
    if not terminal.is_there():
        raise ToolError("nothing was done: this is not a terminal, so pass --yes to confirm")
    return terminal.ask("Go on? [Y/n] ", "pass --yes to confirm").strip().lower() in ("", "y", "yes")


def _put_app(
    console: Console, device: str, writings: Sequence[str], naming: installer.Naming | None
) -> tuple[installer.Report, Fields]:
    """From a written flash to an app that runs; what was done, and what the app says of itself."""
    with ExitStack() as opened:
        with _step(console, WAIT), console.status("the first start takes up to a minute"):
            board = opened.enter_context(Board.open(device))
            wait_for_prompt(board)
        with _step(console, INSTALL):
            with _bar(console) as progress:
                report = installer.install(board, board_files(), progress, writings, naming)
            done = f"{len(report.copied)} files copied and read back" if report.copied else "all files are there"
            console.print(f"Firmware {report.firmware}; {done}. The camera restarts.{report.called}")
        with _step(console, START), console.status("the app loads its model"):
            if report.card_starts:
                raise ToolError("the memory card's boot.py starts instead of it: take the card out and start again")
            return report, wait_until_ready(board)


@contextmanager
def _step(console: Console, step: Step) -> Iterator[None]:
    console.print(f"{STEPS.index(step) + 1} of {len(STEPS)}: {step.title}")
    try:
        yield
    except ToolError as error:
        raise ToolError(f"{step.title}: {error}; {step.go_on}") from error


@contextmanager
def _bar(console: Console) -> Iterator[installer.Progress]:
    with Progress(
        TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), console=console
    ) as bar:
        task = bar.add_task("app", total=None)
        yield lambda done, total, name: bar.update(task, completed=done, total=total, description=name or "app")
