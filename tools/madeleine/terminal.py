"""The terminal, or what stands in its place: what is printed there, and what is asked."""

import getpass
import os
import sys
import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from madeleine.errors import ToolError

LEFT_OUT_SHOWN = 10


def prepare_streams() -> None:
    """Makes streams that are closed empty ones, and lets text that an output cannot show appear as escapes."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode))  # noqa: SIM115 as long as the process
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # of the process, not of a test


def discard_output() -> None:
    """What was not written to the standard output yet goes nowhere: its reader has gone, or its disk is full."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def printable(text: str) -> str:
    """Text on one line, without what would move a cursor or set a title: that is shown as escapes."""
    if text.isprintable():
        return text
    return "".join(letter if _shows(letter) else ascii(letter)[1:-1] for letter in text)


def _shows(letter: str) -> bool:
    return letter.isprintable() or unicodedata.category(letter) == "Zs"  # the wide blank of Japanese, for one


def say_left_out(reasons: Sequence[str]) -> None:
    """On the error stream: the first reasons why something is left out, and how many more there are."""
    for reason in reasons[:LEFT_OUT_SHOWN]:
        print(f"left out: {printable(reason)}", file=sys.stderr)
    if len(reasons) > LEFT_OUT_SHOWN:
        print(f"left out: {len(reasons) - LEFT_OUT_SHOWN} more", file=sys.stderr)


def is_there() -> bool:
    """Does somebody sit at a terminal, to be asked?"""
    return sys.stdin.isatty() and sys.stdout.isatty()


def ask(question: str, instead: str, secret: bool = False) -> str:
    """What somebody types; `secret`: unseen. ToolError when the input ends, with what to give `instead`."""
    try:
        return getpass.getpass(question) if secret and sys.stdin.isatty() else input(question)
    except EOFError as error:
        raise ToolError(f"no answer came, the input has ended: {instead}") from error
