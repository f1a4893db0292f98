"""The option --marks of `model build` and `model edit`: how the camera reads the model's distances."""

import argparse

from madeleine.errors import UsageError
from madeleine.kpu.format.feature_notes import Marks


def add_argument(parser: argparse.ArgumentParser) -> None:
    """Registers the option."""
    parser.add_argument(
        "--marks",
        metavar=("LIMIT", "SURE"),
        type=float,
        nargs=2,
        help="for the notes: the distance, 2 - 2 cos, that the camera shows as 200, and the strict mark it shows; "
        "models/limits.py measures both (default: the camera's own)",
    )


def of(arguments: argparse.Namespace) -> Marks | None:
    """The marks that were given; ToolError when the notes cannot hold them."""
    if arguments.marks is None:
        return None
    limit, sure = arguments.marks
    if not sure.is_integer():
        raise UsageError(f"--marks: the strict mark {sure:g} is not a whole number; give 1 to 200")
    return Marks(limit, int(sure))
