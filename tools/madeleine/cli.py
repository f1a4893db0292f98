"""The command line: the table of commands, and the only place that prints errors and decides the exit code."""

import argparse
import os
import sys
import traceback
from collections.abc import Container, Sequence
from importlib import import_module
from importlib.metadata import version

from madeleine.commands import COMMANDS
from madeleine.errors import ToolError

EXAMPLES = """examples:
  madeleine web                                  the camera in your browser, without a camera
  madeleine sim                                  the same in the terminal
  madeleine sim --headless lesson.txt            play a scenario file
  madeleine setup                                a new M5StickV becomes a Madeleine
  madeleine flash --firmware maixpy-v0.5.0_9 --model mbnet751-feature     onto the camera
  madeleine install                              the app onto the camera
  madeleine doctor                               what is wrong with the camera, if something is
  madeleine model list                           the feature models there are
  madeleine eval photographs                     how well they tell your things apart
  madeleine cards cup pen --deck -o cards.pdf    QR cards to print
  madeleine monitor                              what the camera sees, live
  madeleine examples export kitchen.jsonl        what the camera was taught, to keep or to give to others
"""
OK, FAILED, INTERRUPTED = 0, 1, 130  # argparse exits with 2 for wrong usage


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; 0 when all went well, 1 after an error message, 130 after Ctrl-C."""
    words = sys.argv[1:] if arguments is None else arguments
    options = build_parser(words).parse_args(words)
    try:
        return int(options.func(options))
    except ToolError as error:
        if options.verbose:
            traceback.print_exc()
        print(f"madeleine: {error}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        print("madeleine: interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # the reader, `head` say, has enough: what is still to be flushed goes nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK


def build_parser(words: Container[str] = COMMANDS) -> argparse.ArgumentParser:
    """All commands; those among the words, at first all, with what they take: for that their modules are imported."""
    parser = argparse.ArgumentParser(
        prog="madeleine",
        description="The toolbox of Madeleine, a camera that remembers what it was shown.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"madeleine {version('madeleine-camera')}")
    parser.add_argument("-v", "--verbose", "--debug", action="store_true", help="show where an error comes from")
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, does in COMMANDS.items():
        command = subparsers.add_parser(name, help=does, formatter_class=argparse.RawDescriptionHelpFormatter)
        if name in words:
            import_module(f"madeleine.commands.{name}").add_arguments(command)
    return parser
