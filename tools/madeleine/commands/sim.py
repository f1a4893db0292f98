"""`madeleine sim`: the virtual board in the terminal: the tour, scenario files, or every screen on one sheet."""

import argparse
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from PIL import Image
from rich.console import Console

from madeleine.board.install.arguments import add_writing_argument
from madeleine.errors import ToolError, UsageError
from madeleine.evaluation.tables import show_answers
from madeleine.fonts.make import font_files
from madeleine.kpu.format.kmodel import parse
from madeleine.model import find_model
from madeleine.model.files import read
from madeleine.sim.claim import claimed
from madeleine.sim.scenario.stage import HostStage, play_file
from madeleine.sim.screens import LANGUAGES, caption_font, screens
from madeleine.sim.shot import contact_sheet
from madeleine.sim.tour import tour, usable_photographs

EXAMPLES = """examples:
  madeleine sim                                  the tour: learns, names, ignores, measures, survives a power cut
  madeleine sim --frames photographs
                                                 your own photographs: a sub-folder for each thing, named after it
  madeleine sim --headless lesson.txt            plays a scenario file; the exit code tells whether all was as expected
  madeleine sim --screens ja                     every screen of the camera, in Japanese, on one sheet
"""


SHEET, SCREENS_SHEET = "madeleine-tour", "madeleine-screens"
SHEETS_MOST = 1000
COLORS = 256  # of the sheet of all screens


class Interrupted(BaseException):
    """Ctrl-C in the terminal. A KeyboardInterrupt would only interrupt the program on the virtual board."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.description = "Runs the very files of the camera on a virtual board."
    parser.epilog = EXAMPLES
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--frames", metavar="DIR", type=Path, help="teach and ask photographs: DIR/NAME/*.jpg")
    what.add_argument("--headless", metavar="FILE", type=Path, nargs="+", help="play scenario files (docs/FORMATS.md)")
    what.add_argument("--screens", choices=LANGUAGES, help="every screen of the camera, in this language, on one sheet")
    parser.add_argument("--model", default="madeleine", help="one of `madeleine model list`, or a file (%(default)s)")
    add_writing_argument(parser)
    parser.add_argument("--shots", metavar="DIR", type=Path, help="keep the screenshots in DIR")
    parser.add_argument("--flash", metavar="DIR", type=Path, help="keep the board's flash in DIR (default: keep none)")
    parser.add_argument(
        "--out",
        metavar="FILE",
        type=Path,
        help=f"the sheet (default: {SHEET}.png or {SCREENS_SHEET}.png, or with a number what is not there yet)",
    )
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Plays what was asked for; ToolError at the first expectation that is not met."""
    console = Console(file=sys.stdout, markup=False)  # this stdout: while the board runs, sys.stdout is its USB
    _check(arguments)
    with _ctrl_c_ends_the_board():
        if arguments.headless:
            return _headless(console, arguments)
        if arguments.screens:
            return _screens(console, arguments)
        return _tour(console, arguments)


def _check(arguments: argparse.Namespace) -> None:
    """ToolError for what would go wrong only after the board has started."""
    model = find_model(arguments.model)
    parse(read(model), str(model))
    font_files(*arguments.writing)
    for option in ("shots", "flash"):
        folder = getattr(arguments, option)
        if folder is not None and folder.exists() and not folder.is_dir():
            raise ToolError(f"{folder} is a file; give a folder with --{option}")
    if arguments.out is None:
        return
    if not arguments.out.parent.is_dir():
        raise ToolError(f"{arguments.out.parent} is not a folder; make it, or give another --out")
    if arguments.out.suffix.lower() not in (".png", ".jpg", ".jpeg"):
        raise UsageError(f"{arguments.out} is not a valid name of a picture; give one that ends in .png with --out")


def _headless(console: Console, arguments: argparse.Namespace) -> int:
    for path in arguments.headless:
        runner, stage = play_file(
            path,
            model=arguments.model,
            flash=arguments.flash,
            shots=arguments.shots,
            writings=tuple(arguments.writing),
        )
        pictures = f", screens in {arguments.shots}" if stage.shots and arguments.shots else ""
        told = f"{path}: as expected, {len(runner.transcript)} lines of transcript{pictures}"
        console.print(told, highlight=False, soft_wrap=True)
    return 0


def _screens(console: Console, arguments: argparse.Namespace) -> int:
    sheet = arguments.out or _unused(SCREENS_SHEET)
    with tempfile.TemporaryDirectory(prefix="madeleine-") as temporary:
        shots = screens(arguments.screens, Path(temporary) / "flash", arguments.shots)
    picture = contact_sheet(shots, caption_font(arguments.screens))
    picture.quantize(COLORS, dither=Image.Dither.NONE).save(sheet, optimize=True)  # half the bytes
    console.print(f"{len(shots)} screens are in {sheet}", soft_wrap=True)
    return 0


def _tour(console: Console, arguments: argparse.Namespace) -> int:
    if arguments.frames is None and arguments.flash is not None and (arguments.flash / "examples.0").exists():
        raise ToolError(f"{arguments.flash} holds examples already; the tour wants an empty flash: give another folder")
    sheet = arguments.out or _unused(SHEET)
    replaced = ", in place of what was there" if sheet.exists() else ""
    with tempfile.TemporaryDirectory(prefix="madeleine-") as temporary, claimed(arguments.flash):
        flash = arguments.flash or Path(temporary) / "flash"
        # None: no file is named by a scenario.
        stage = HostStage(flash, None, arguments.model, arguments.shots, tuple(arguments.writing))
        things, left_out = usable_photographs(arguments.frames) if arguments.frames else (None, [])
        runner = tour(console, stage, sheet, things)
    if runner.asked:
        show_answers(console, runner.asked)
        for note in left_out:
            console.print(f"left out: {note}", highlight=False, soft_wrap=True)
        if arguments.model == "tour":
            console.print("This model is for drawings; the camera's own is better: --model madeleine")
        console.print(f"More of it: madeleine eval {arguments.frames}", highlight=False, soft_wrap=True)
    else:
        console.print("Everything was as expected.")
    console.print(f"The screens are in {sheet}{replaced}", soft_wrap=True)
    return 0


def _unused(stem: str) -> Path:
    """The name of a picture that does not exist: nobody has asked for one to be replaced."""
    names = (Path(f"{stem}{number}.png") for number in ("", *(f"-{number}" for number in range(2, SHEETS_MOST))))
    for path in names:
        if not path.exists():
            return path
    raise ToolError(f"there are {SHEETS_MOST} files like {stem}.png; name another with --out")


@contextmanager
def _ctrl_c_ends_the_board() -> Iterator[None]:
    def interrupt(_: int, __: FrameType | None) -> Any:
        raise Interrupted

    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    except Interrupted:
        raise KeyboardInterrupt from None
    finally:
        signal.signal(signal.SIGINT, before)
