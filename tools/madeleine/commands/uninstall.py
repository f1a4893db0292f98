"""`madeleine uninstall`: the app off a camera again."""

import argparse
import json

from madeleine.board.install import installer
from madeleine.board.install.arguments import add_app_arguments, console_of
from madeleine.camera.usb import Board
from madeleine.paths import board_files

EXAMPLES = """examples:
  madeleine uninstall                   the app goes, what was taught stays for the next one
  madeleine uninstall --examples        what was taught goes, too, and the camera's id and name
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.epilog = EXAMPLES
    add_app_arguments(parser)
    examples = "remove what was taught, too, and the camera's id and name"
    parser.add_argument("--examples", action="store_true", help=examples)
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """0 when the app is gone; ToolError otherwise."""
    console = console_of(arguments)
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
