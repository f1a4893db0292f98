"""`madeleine completion`: what a shell needs to complete commands, options and files."""

import argparse

import shtab

EXAMPLES = """examples:
  madeleine completion bash > ~/.local/share/bash-completion/completions/madeleine
  madeleine completion zsh > ~/.zfunc/_madeleine           with fpath+=~/.zfunc before compinit, in ~/.zshrc
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.description = (
        "Prints a script for the shell; put it where the shell looks for completions, and open a new one."
    )
    parser.epilog = EXAMPLES
    parser.add_argument("shell", choices=("bash", "zsh"), help="your shell")
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Always 0."""
    from madeleine.cli import build_parser  # cli imports this module

    parser = build_parser()
    _name_files(parser)
    print(shtab.complete(parser, arguments.shell))
    return 0


def _name_files(parser: argparse.ArgumentParser) -> None:
    """Tells shtab which arguments are files, by how the help calls them."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                _name_files(command)
        elif isinstance(action.metavar, str) and ("FILE" in action.metavar or action.metavar == "DIR"):
            action.complete = shtab.DIRECTORY if action.metavar == "DIR" else shtab.FILE  # type: ignore[attr-defined]
