"""`madeleine firmware`: the firmwares there are, and fetching one."""

import argparse
from pathlib import Path

from rich.console import Console

from madeleine import download
from madeleine.board.flash.catalogue import builds, get

EXAMPLES = """examples:
  madeleine firmware list
  madeleine firmware fetch maixpy-v0.5.0_9                        into the cache, for madeleine flash
  madeleine firmware fetch maixpy-v0.5.0_9 --from maixpy.bin      a copy you have already
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.description = "The builds of MaixPy that Madeleine is known to run on."
    parser.epilog = EXAMPLES
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    actions.add_parser("list", help="the firmwares of the catalogue").set_defaults(func=_list)
    fetch = actions.add_parser("fetch", help="get a firmware and check it")
    fetch.add_argument("name", metavar="NAME", help="a firmware of the catalogue")
    fetch.add_argument("--from", dest="copy", metavar="FILE", type=Path, help="take this copy instead of a download")
    fetch.add_argument("-o", "--output", metavar="FILE", type=Path, help="where to put it (default: the cache)")
    fetch.set_defaults(func=_fetch)


def _list(arguments: argparse.Namespace) -> int:
    console = Console(soft_wrap=True, highlight=False, markup=False)
    for build in builds().values():
        here = "fetched" if build.place().is_file() else "not fetched"
        console.print(f"{build.name}  {build.size_bytes / 1e6:.2f} MB, {build.licence}, {here}")
        console.print(f"    {build.description}")
        console.print(f"    for {', '.join(build.boards)}; lacks {', '.join(build.lacks)}")
    return 0


def _fetch(arguments: argparse.Namespace) -> int:
    build = get(arguments.name)
    place = download.fetch(build, arguments.output or build.place(), arguments.copy)
    console = Console(soft_wrap=True, highlight=False, markup=False)
    console.print(f"{place}: {build.name}, {build.size_bytes} bytes, checked")
    return 0
