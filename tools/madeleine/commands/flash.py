"""`madeleine flash`: firmware and model onto the board's flash."""

import argparse
from pathlib import Path

from rich.console import Console

from madeleine.board.flash.progress import burn
from madeleine.board.flash.wanted import add_line_arguments, add_part_arguments, extra_parts, line_to, parts_of, row
from madeleine.camera.ports import add_port_argument, find_port

EXAMPLES = """examples:
  madeleine flash --firmware maixpy-v0.5.0_9 --model mbnet751-feature
  madeleine flash --firmware my-maixpy.bin --dry-run          what would be written where, without a board
  madeleine flash package.kfpkg                               a package, of `madeleine pack` or of others
  madeleine flash --firmware my-maixpy.bin --board dan --baud 115200

What was taught stays (it lies in the files of /flash) unless --erase is given.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.description = "Write firmware and model to the board's flash."
    parser.epilog = EXAMPLES
    add_part_arguments(parser)
    parser.add_argument("package", metavar="FILE.kfpkg", nargs="?", type=Path, help="a package to write")
    add_port_argument(parser)
    add_line_arguments(parser)
    parser.add_argument(
        "--erase", action="store_true", help="erase the whole flash first, with what was taught and set"
    )
    parser.add_argument("--dry-run", "-n", action="store_true", help="print what would be done, and do nothing")
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """0 when the board has acknowledged every byte; ToolError otherwise."""
    console = Console(soft_wrap=True, highlight=False, markup=False)
    wanted = arguments.firmware, arguments.model, arguments.package, extra_parts(arguments.extras)
    parts = [] if arguments.erase and not any(wanted) else parts_of(*wanted)
    if arguments.erase:
        console.print("erase: all of the flash, also what was taught and set")
    for part in parts:
        console.print(f"write: {row(part)}")
    if arguments.dry_run:
        return 0
    burn(parts, line_to(find_port(arguments.port).device, arguments), console, arguments.erase)
    if arguments.model:
        console.print("Next: `madeleine install`, so that the camera divides its memory for this model.")
    return 0
