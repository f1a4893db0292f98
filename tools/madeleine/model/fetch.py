"""`madeleine model fetch`: gets a model of the catalogue and checks that these are its very bytes."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from madeleine.errors import ToolError

from . import files
from .entries import Entry, catalogue

CHUNK_BYTES = 1 << 16
TIMEOUT_S = 30


def add_parser(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Registers the action."""
    parser = actions.add_parser("fetch", help="get a model and check it")
    parser.add_argument("name", metavar="NAME", help="a model of the catalogue")
    parser.add_argument("--from", dest="source", metavar="FILE", type=Path, help="a copy to take, not the network's")
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, help="where to put it (default: the cache)")
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Puts the file in its place; ToolError when it cannot be had or is another one."""
    entry = catalogue().get(arguments.name)
    if entry is None:
        raise ToolError(f"no model is called {arguments.name!r}; there are {', '.join(catalogue())}")
    target = arguments.output or entry.place()
    data = files.read(arguments.source) if arguments.source else _kept(entry) or _download(entry, arguments.json)
    entry.check(data, arguments.source or entry.address)
    with files.writing(target) as file:
        file.write(data)
    if arguments.json:
        print(json.dumps({"name": entry.name, "file": str(target), "bytes": len(data)}))
    else:
        print(f"{target}: {entry.name}, {len(data)} bytes, checked")
    return 0


def _kept(entry: Entry) -> bytes | None:
    """The copy that is here already, if it is whole."""
    try:
        data = files.read(entry.place())
        entry.check(data, entry.place())
    except ToolError:
        return None
    return data


def _download(entry: Entry, quiet: bool) -> bytes:
    """The bytes at the model's address, no more than it has."""
    if not entry.address.startswith("https://"):
        raise ToolError(f"the catalogue's address of {entry.name} is not https; take a copy with --from FILE")
    columns = (TextColumn(entry.name), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    try:
        with Progress(*columns, disable=quiet) as progress:
            task = progress.add_task(entry.name, total=entry.size_bytes)
            with urlopen(entry.address, timeout=TIMEOUT_S) as response:  # noqa: S310 -- https, see above
                return _receive(response.read, entry.size_bytes, lambda size: progress.advance(task, size))
    except (URLError, OSError) as error:
        reason = getattr(error, "reason", None) or error
        raise ToolError(
            f"{entry.name} cannot be fetched ({reason}); try again, or take a copy with --from FILE"
        ) from error


def _receive(read: Callable[[int], bytes], size: int, advance: Callable[[int], None]) -> bytes:
    """Reads to the end, or to one byte more than `size`, which is then too long."""
    data = bytearray()
    while len(data) <= size and (chunk := read(min(CHUNK_BYTES, size + 1 - len(data)))):
        data += chunk
        advance(len(chunk))
    return bytes(data)
