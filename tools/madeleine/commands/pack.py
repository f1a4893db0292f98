"""`madeleine pack`: firmware and model in one package, for any program that writes a board's flash."""

import argparse
from pathlib import Path

from rich.console import Console

from madeleine.board.flash.package import pack
from madeleine.board.flash.wanted import add_part_arguments, parts_of
from madeleine.errors import ToolError

EXAMPLES = """examples:
  madeleine pack -o madeleine.kfpkg --firmware maixpy-v0.5.0_9 --model mbnet751-feature

The package is for `madeleine flash`, kflash and kflash_gui (board: M5StickV).
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.description = "Make a package of firmware and model."
    parser.epilog = EXAMPLES
    add_part_arguments(parser)
    parser.add_argument("-o", "--output", metavar="FILE.kfpkg", type=Path, required=True, help="the package to make")
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """0 when the package is written; ToolError otherwise."""
    parts = parts_of(arguments.firmware, arguments.model)
    try:
        arguments.output.write_bytes(pack(parts))
    except OSError as error:
        raise ToolError(f"{arguments.output} cannot be written ({error.strerror}); choose another place") from error
    console = Console(soft_wrap=True, highlight=False, markup=False)
    for part in parts:
        console.print(str(part))
    console.print(f"{arguments.output}: {arguments.output.stat().st_size} bytes")
    return 0
