"""What `madeleine install` and `uninstall` both take, and where they print."""

import argparse
import sys

from rich.console import Console

from madeleine.camera.ports import add_port_argument
from madeleine.fonts.writings import WRITINGS


def add_app_arguments(parser: argparse.ArgumentParser) -> None:
    """--port, --reset and --json."""
    add_port_argument(parser)
    parser.add_argument(
        "--reset", action="store_true", help="restart the camera first, if its program cannot be stopped"
    )
    parser.add_argument("--json", action="store_true", help="say what was done as one JSON object")


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


def console_of(arguments: argparse.Namespace) -> Console:
    """For people; quiet with --json."""
    return Console(file=sys.stdout, quiet=arguments.json, highlight=False, soft_wrap=True, markup=False)
