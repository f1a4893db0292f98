"""The parser of the command line: argparse's own, but for an output that is full; and numbers within bounds."""

import argparse
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import SupportsWrite


class Parser(argparse.ArgumentParser):
    """Raises OSError where help cannot be written; argparse would end with 0 and say nothing."""

    def _print_message(self, message: str, file: "SupportsWrite[str] | None" = None) -> None:
        if file is sys.stdout:
            print(message, end="", flush=True)
        else:
            super()._print_message(message, file)


def whole_number(least: int, most: int | None = None) -> Callable[[str], int]:
    """A number of the command line, within bounds."""

    def number(text: str) -> int:
        value = int(text)
        if value < least or (most is not None and value > most):
            raise argparse.ArgumentTypeError(f"{value} is not {least}" + (f"..{most}" if most else " or more"))
        return value

    number.__name__ = "whole number"  # as argparse calls it in its message
    return number
