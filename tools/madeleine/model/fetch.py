"""`madeleine model fetch`: gets a model of the catalogue and checks that these are its very bytes."""

import argparse
import json
from pathlib import Path

from rich.console import Console

from madeleine import download
from madeleine.errors import ToolError

from .entries import catalogue, networks


def add_parser(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Registers the action."""
    parser = actions.add_parser("fetch", help="get a model and check it")
    parser.add_argument("name", metavar="NAME", help="a model of the catalogue")
    parser.add_argument("--from", dest="source", metavar="FILE", type=Path, help="take this copy instead of a download")
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, help="where to put it (default: the cache)")
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Puts the file in its place; ToolError when it cannot be had or is another one."""
    entry = catalogue().get(arguments.name) or networks().get(arguments.name)
    if entry is None:
        raise ToolError(f"no model is called {arguments.name!r}; there are {', '.join([*catalogue(), *networks()])}")
    copy = arguments.source
    if copy is None and arguments.output and download.is_whole(entry, entry.place()):
        copy = entry.place()
    target = download.fetch(entry, arguments.output or entry.place(), copy, Console(quiet=arguments.json, markup=False))
    if arguments.json:
        print(json.dumps({"name": entry.name, "file": str(target), "bytes": entry.size_bytes}))
    else:
        print(f"{target}: {entry.name}, {entry.size_bytes} bytes, checked")
    return 0
