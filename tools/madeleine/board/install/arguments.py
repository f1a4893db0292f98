"""What `madeleine install` and `uninstall` both take, and where they print."""

import argparse
import sys

from rich.console import Console

from madeleine.camera.ports import add_port_argument


def add_app_arguments(parser: argparse.ArgumentParser) -> None:
    """--port, --reset and --json."""
    add_port_argument(parser)
    parser.add_argument(
        "--reset", action="store_true", help="restart the camera first, if its program cannot be stopped"
    )
    parser.add_argument("--json", action="store_true", help="say what was done as one JSON object")


def console_of(arguments: argparse.Namespace) -> Console:
    """For people; quiet with --json."""
    return Console(file=sys.stdout, quiet=arguments.json, highlight=False, soft_wrap=True, markup=False)
