"""What `madeleine install` and `uninstall` both take, and where they print."""

import argparse
import sys
from pathlib import Path

from rich.console import Console

from madeleine.board.install.installer import Naming
from madeleine.camera.name_list import NameList, friendly_name
from madeleine.camera.ports import add_port_argument
from madeleine.errors import UsageError
from madeleine.fonts.writings import WRITINGS


def add_app_arguments(parser: argparse.ArgumentParser) -> None:
    """--port, --reset and --json."""
    add_port_argument(parser)
    parser.add_argument(
        "--reset", action="store_true", help="restart the camera first, if its program cannot be stopped"
    )
    parser.add_argument("--json", action="store_true", help="print what was done as one JSON object")


def add_writing_argument(parser: argparse.ArgumentParser) -> None:
    """--writing, for `install` and `setup`."""
    parser.add_argument(
        "--writing",
        action="append",
        choices=WRITINGS,
        default=[],
        help="put the letters of this writing on the camera, too (ja: Japanese, ko: Korean, zh: simplified Chinese); "
        "may be given again; needs pip install 'madeleine-camera[writing]'",
    )


def add_name_arguments(parser: argparse.ArgumentParser) -> None:
    """--name and --name-from-list, for `install` and `setup`."""
    named = parser.add_mutually_exclusive_group()
    named.add_argument("--name", metavar="NAME", type=_name, help="what the camera is called from now on")
    named.add_argument(
        "--name-from-list", metavar="FILE", type=Path, help="names for --all and --each, one a line, in this order"
    )


def _name(text: str) -> str:
    try:
        return friendly_name(text)
    except UsageError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def naming_of(arguments: argparse.Namespace, many: bool) -> Naming | None:
    """Who gives the camera, or each of many, its name. UsageError when the options do not go together."""
    if many and arguments.name is not None:
        raise UsageError("--name is for one camera; give many their names with --name-from-list")
    if not many and arguments.name_from_list is not None:
        raise UsageError("--name-from-list is for --all and --each; give one camera its name with --name")
    if arguments.name_from_list is not None:
        return NameList.load(arguments.name_from_list).take
    name: str | None = arguments.name
    return None if name is None else lambda id, before: name


def console_of(arguments: argparse.Namespace) -> Console:
    """For people; quiet with --json."""
    return Console(file=sys.stdout, quiet=arguments.json, highlight=False, soft_wrap=True, markup=False)
