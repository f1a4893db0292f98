"""The page of all options, made of the parsers, so that it cannot differ from what the commands take."""

import argparse
import re
from collections.abc import Iterator

from madeleine.cli import build_parser
from madeleine.commands import COMMANDS

HEAD = """# All options

`madeleine COMMAND -h` prints the same. [Command by command](TOOLS.md) says what the commands are
for. The parsers of the commands make this page.
"""
USAGE_COLUMNS = 72
EXAMPLE = re.compile(r"  (madeleine .*?)(?:\s{2,}(.*))?$|\s{10,}(.*)$")


def page() -> str:
    """The page, Markdown."""
    return "\n".join([HEAD, *_command(build_parser(), "madeleine", 2)])


def _command(parser: argparse.ArgumentParser, name: str, level: int) -> Iterator[str]:
    """A command, then the commands below it."""
    inner = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if name != "madeleine":
        yield f"{'#' * level} {name}\n"
        word = name.split()[-1]
        yield _sentence(parser.description or COMMANDS.get(word, ""))
        yield _block(_usage(parser))
        yield from _table(parser)
        if parser.epilog:
            yield from _examples(parser.epilog)
        level += 1
    for action in inner:
        for word, below in action.choices.items():
            yield from _command(below, f"{name} {word}", level)


def _usage(parser: argparse.ArgumentParser) -> str:
    formatter = argparse.HelpFormatter(parser.prog, width=USAGE_COLUMNS)
    formatter.add_usage(parser.usage, parser._actions, parser._mutually_exclusive_groups, "")
    return formatter.format_help().strip()


def _table(parser: argparse.ArgumentParser) -> Iterator[str]:
    formatter = argparse.HelpFormatter(parser.prog)
    rows = [
        f"| {_words(action, formatter)} | {_cell(formatter._expand_help(action) if action.help else '')} |"
        for action in parser._actions
        if not isinstance(action, argparse._HelpAction | argparse._SubParsersAction)
        and action.help is not argparse.SUPPRESS
    ]
    if rows:
        yield "\n".join(["| | |", "| --- | --- |", *rows]) + "\n"


def _examples(epilog: str) -> Iterator[str]:
    """A table of commands and what they do, if that is what it is; else the text as it is."""
    head, *lines = epilog.rstrip().splitlines()
    rows: list[list[str]] = []
    for line in lines:
        found = EXAMPLE.match(line)
        if head != "examples:" or not found or not (found[1] or rows):
            yield _block(epilog.rstrip())
            return
        if found[1]:
            rows.append([found[1], found[2] or ""])
        else:
            rows[-1][1] = f"{rows[-1][1]} {found[3]}".strip()
    table = [f"| {_cell(f'`{words}`')} | {_cell(does)} |" for words, does in rows]
    yield "\n".join(["| for example | |", "| --- | --- |", *table]) + "\n"


def _words(action: argparse.Action, formatter: argparse.HelpFormatter) -> str:
    """`-o FILE`, `--out FILE`, or the name of what stands without an option."""
    if not action.option_strings:
        return _cell(f"`{formatter._metavar_formatter(action, action.dest)(1)[0]}`")
    value = "" if action.nargs == 0 else " " + formatter._format_args(action, action.dest.upper())
    return ", ".join(_cell(f"`{option + value}`") for option in action.option_strings)


def _cell(text: str) -> str:
    """Text of a table; what is not between backquotes has no marks of Markdown."""
    parts = text.replace("|", "\\|").split("`")
    parts[::2] = [re.sub(r"([<*_])", r"\\\1", part) for part in parts[::2]]
    return "`".join(parts)


def _sentence(text: str) -> str:
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", ":", "?")) else ".") + "\n"


def _block(text: str) -> str:
    return f"```text\n{text}\n```\n"
