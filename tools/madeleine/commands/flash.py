"""`madeleine flash` and `madeleine pack`: firmware and model onto the board's flash, or into a package for it."""

import argparse
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from madeleine import download, model
from madeleine.board.flash import burner
from madeleine.board.flash.burner import Line
from madeleine.board.flash.catalogue import find_firmware
from madeleine.board.flash.package import FILES_ADDRESS, Part, check, pack, read
from madeleine.board.flash.worker import Event, Phase
from madeleine.board.flash.worker import Progress as Piece
from madeleine.camera.ports import add_port_argument, find_port
from madeleine.device import constants
from madeleine.errors import ToolError
from madeleine.kpu import Network

BAUD = 1_500_000
BOARDS = ("goE", "goD", "dan", "bit", "bit_mic", "maixduino", "kd233", "trainer", "auto")
LOADER = "ISP"  # kflash's name for what it sends first
FLASH_EXAMPLES = """examples:
  madeleine flash --firmware maixpy-v0.5.0_9 --model mbnet751-feature
  madeleine flash --firmware my-maixpy.bin --dry-run          what would be written where, without a board
  madeleine flash package.kfpkg                               a package, of `madeleine pack` or of others
  madeleine flash --firmware my-maixpy.bin --board dan --baud 115200

What was taught stays (it lies in the files of /flash) unless --erase is given.
"""
PACK_EXAMPLES = """examples:
  madeleine pack -o madeleine.kfpkg --firmware maixpy-v0.5.0_9 --model mbnet751-feature

The package is for `madeleine flash`, kflash and kflash_gui (board: M5StickV).
"""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Registers both commands."""
    flash = _parser(subparsers, "flash", "write firmware and model to the board's flash", FLASH_EXAMPLES)
    flash.add_argument("package", metavar="FILE.kfpkg", nargs="?", type=Path, help="a package to write")
    add_port_argument(flash)
    add_line_arguments(flash)
    flash.add_argument("--erase", action="store_true", help="erase all flash before, also what was taught and set")
    flash.add_argument("--dry-run", "-n", action="store_true", help="say what would be done, and do nothing")
    flash.set_defaults(func=_flash)
    packing = _parser(subparsers, "pack", "make a package of firmware and model", PACK_EXAMPLES)
    packing.add_argument("-o", "--output", metavar="FILE.kfpkg", type=Path, required=True, help="the package to make")
    packing.set_defaults(func=_pack, package=None)


def add_line_arguments(parser: argparse.ArgumentParser) -> None:
    """--baud and --board: how the boot ROM is talked to."""
    parser.add_argument("--baud", "-b", metavar="N", type=_baud, default=BAUD, help="bits a second (%(default)s)")
    what = "kflash's name of the board (%(default)s: M5StickV, UnitV)"
    parser.add_argument("--board", "-B", choices=BOARDS, default="goE", help=what)


def line_to(device: str, arguments: argparse.Namespace) -> Line:
    """The line to a board as the command line wants it."""
    return Line(device, arguments.baud, None if arguments.board == "auto" else arguments.board)


def parts_of(firmware: str | None = None, model_name: str | None = None, package: Path | None = None) -> list[Part]:
    """What is to be written: of a package, a firmware, a model, each a file or a name of its catalogue; checked."""
    parts = read(package) if package else []
    if firmware:
        parts += read(find_firmware(firmware))
    if model_name:
        parts.append(_model(model_name))
    check(parts)
    return parts


def burn(parts: list[Part], line: Line, console: Console, erase: bool = False) -> None:
    """Erases if told, and writes; shows how far it is. ToolError unless the board has acknowledged every byte."""
    with _Bar(console) as bar:
        if erase:
            burner.erase(line, bar.show)
        restarted = not parts or burner.write(parts, line, bar.show)
    for part in parts:
        console.print(f"written: {part}, {len(part.image())} bytes, every piece acknowledged")
    console.print("The camera restarts." if restarted else "It did not restart by itself: press its reset button.")


def _parser(
    subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, what: str, examples: str
) -> argparse.ArgumentParser:
    parser = subparsers.add_parser(
        name,
        help=what,
        description=f"{what[0].upper()}{what[1:]}.",
        epilog=examples,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--firmware", metavar="FILE|NAME", help="a .bin, or one of `madeleine firmware list`")
    parser.add_argument("--model", metavar="FILE|NAME", help="a .kmodel, or one of `madeleine model list`")
    return parser


def _flash(arguments: argparse.Namespace) -> int:
    console = Console(soft_wrap=True, highlight=False)
    wanted = arguments.firmware, arguments.model, arguments.package
    parts = [] if arguments.erase and not any(wanted) else parts_of(*wanted)
    if arguments.erase:
        console.print("erase: all of the flash, also what was taught and set")
    for part in parts:
        lost = "; this overwrites the files of /flash and what was taught" if part.end > FILES_ADDRESS else ""
        console.print(f"write: {part}{lost}")
    if arguments.dry_run:
        return 0
    burn(parts, line_to(find_port(arguments.port).device, arguments), console, arguments.erase)
    if arguments.model:
        console.print("Next: `madeleine install`, so that the camera divides its memory for this model.")
    return 0


def _pack(arguments: argparse.Namespace) -> int:
    parts = parts_of(arguments.firmware, arguments.model)
    try:
        arguments.output.write_bytes(pack(parts))
    except OSError as error:
        raise ToolError(f"{arguments.output} cannot be written ({error.strerror}); choose another place") from error
    console = Console(soft_wrap=True, highlight=False)
    for part in parts:
        console.print(str(part))
    console.print(f"{arguments.output}: {arguments.output.stat().st_size} bytes")
    return 0


def _model(name: str) -> Part:
    """A model for its place, fetched when it is not here yet; ToolError when it is none or reaches into /flash."""
    entry = model.catalogue().get(name)
    if entry and not entry.comes_along:
        download.fetch(entry, entry.place())
    path = model.find_model(name)
    Network.load(path)
    address = int(entry.flash_address, 0) if entry else constants.MODEL_ADDRESS
    part = Part(path.name, address, path.read_bytes(), firmware=False)
    if part.end > FILES_ADDRESS:
        raise ToolError(f"{part} runs into the files of /flash at 0x{FILES_ADDRESS:06x}; take a smaller model")
    return part


def _baud(text: str) -> int:
    number = int(text)
    if number < 9600:
        raise argparse.ArgumentTypeError("at least 9600")
    return number


class _Bar:
    """How far it is, on the terminal: the phase, and a bar for each file."""

    def __init__(self, console: Console) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
        self._progress = Progress(*columns, console=console)
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> "_Bar":
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def show(self, event: Event) -> None:
        """Takes what the burner tells."""
        if isinstance(event, Piece):
            name = "loader" if event.name == LOADER else event.name
            if name not in self._tasks:
                self._tasks[name] = self._progress.add_task(name)
            self._progress.update(self._tasks[name], completed=event.done_bytes, total=event.total_bytes)
        elif isinstance(event, Phase) and event in (Phase.CONNECT, Phase.ERASE):
            self._progress.console.print(f"{event.value} ...")
