"""The command line: the only place that prints errors and decides the exit code.

What it needs is imported where Ctrl-C is answered already: a second or so passes with imports.
"""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Container, Sequence

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
OK, FAILED, WRONG_USAGE, INTERRUPTED, SIGNALLED = 0, 1, 2, 130, 128  # argparse exits with 2, too


def main(arguments: "Sequence[str] | None" = None) -> int:
    """Runs a command; the exit code (docs/TOOLS.md). Without arguments it runs sys.argv, and the process is its own."""
    try:
        return _own_process() if arguments is None else run(arguments)
    except KeyboardInterrupt:
        _say("interrupted")
        return INTERRUPTED


def _own_process() -> int:
    from madeleine.signals import Ended, Signals

    signals = Signals()
    try:
        from madeleine.terminal import prepare_streams

        prepare_streams()
        code = run(sys.argv[1:], signals.start)
        return SIGNALLED + signals.received if signals.received else code
    except Ended:
        _say("ended by a signal")
        return SIGNALLED + signals.received
    finally:
        signals.finish()


def run(words: "Sequence[str]", start: "Callable[[], None]" = lambda: None) -> int:
    """Runs a command; prints what went wrong in one line. Calls `start` between the imports and the command."""
    from madeleine import terminal
    from madeleine.errors import ToolError, UsageError

    options = None
    try:
        options = _parsed(words)
        start()
        code = int(options.func(options))
        sys.stdout.flush()
        return code
    except BrokenPipeError:  # the reader, `head` say, has enough
        terminal.discard_output()
        return OK
    except (ToolError, OSError) as error:
        if options is not None and options.verbose:
            import traceback

            traceback.print_exc()
        _say(terminal.printable(str(error) if isinstance(error, ToolError) else _of_system(error)))
        _flush()
        return WRONG_USAGE if isinstance(error, UsageError) else FAILED


def _parsed(words: "Sequence[str]") -> "argparse.Namespace":
    try:
        return build_parser(words).parse_args(words)
    except SystemExit:  # after help or a complaint
        sys.stdout.flush()
        raise


def _of_system(error: OSError) -> str:
    """What the operating system refuses and no command expected: mostly a disk that is full behind the output."""
    return f"{error.filename or 'the output'}: {error.strerror or error}; make room, or choose another place"


def _say(text: str) -> None:
    from contextlib import suppress

    with suppress(OSError):  # the terminal has gone
        print(f"madeleine: {text}", file=sys.stderr, flush=True)


def _flush() -> None:
    from madeleine import terminal

    try:
        sys.stdout.flush()
    except OSError:
        terminal.discard_output()


def build_parser(words: "Container[str] | None" = None) -> "argparse.ArgumentParser":
    """All commands; those among the words, or all, with what they take: for that their modules are imported."""
    import argparse
    from importlib import import_module
    from importlib.metadata import version

    from madeleine.commands import COMMANDS
    from madeleine.parser import Parser

    parser = Parser(
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
        if words is None or name in words:
            import_module(f"madeleine.commands.{name}").add_arguments(command)
    return parser
