"""`madeleine pack`: firmware, model and app in one package, for any program that writes a board's flash."""

import argparse
from pathlib import Path

from rich.console import Console

from madeleine.board.flash.app import app_part
from madeleine.board.flash.package import pack
from madeleine.board.flash.wanted import add_part_arguments, extra_parts, parts_of, row
from madeleine.board.install.arguments import add_writing_argument
from madeleine.errors import ToolError, UsageError

EXAMPLES = """examples:
  madeleine pack -o madeleine.kfpkg --firmware maixpy-v0.5.0_9 --model mbnet751-feature
  madeleine pack -o camera.kfpkg --firmware maixpy.bin --model madeleine --app
                                                 all of a camera, for a computer without Python

The package is for `madeleine flash`, kflash and kflash_gui (board: M5StickV).
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.description = "Make a package of firmware, model and app."
    parser.epilog = EXAMPLES
    add_part_arguments(parser)
    parser.add_argument(
        "--app", action="store_true", help="with the app; it overwrites all of /flash, also what was taught"
    )
    add_writing_argument(parser)
    parser.add_argument("-o", "--output", metavar="FILE.kfpkg", type=Path, required=True, help="the package to make")
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """0 when the package is written; ToolError otherwise."""
    if arguments.writing and not arguments.app:
        raise UsageError("--writing is for the letters of the app; give --app, too")
    app = [app_part(arguments.writing)] if arguments.app else []
    parts = parts_of(arguments.firmware, arguments.model, more=[*app, *extra_parts(arguments.extras)])
    try:
        arguments.output.write_bytes(pack(parts))
    except OSError as error:
        raise ToolError(f"{arguments.output} cannot be written ({error.strerror}); choose another place") from error
    console = Console(soft_wrap=True, highlight=False, markup=False)
    for part in parts:
        console.print(row(part))
    console.print(f"{arguments.output}: {arguments.output.stat().st_size} bytes")
    return 0
