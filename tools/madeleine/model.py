"""`madeleine model`: the feature models there are, fetching one, and what is inside a kmodel file."""

import argparse
import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from madeleine.errors import ToolError
from madeleine.kpu import Network
from madeleine.paths import board_files

CHUNK_BYTES = 1 << 16
TIMEOUT_S = 30
EXAMPLES = """examples:
  madeleine model list
  madeleine model fetch mbnet751-feature                        into the cache, for madeleine sim --model
  madeleine model fetch mbnet751-feature --from mbnet.kmodel    a copy you have already
  madeleine model info mbnet751-feature
"""


@dataclass(frozen=True)
class Entry:
    """A model of the catalogue. `address` is a https URL, or a path below the files of the board.

    One unit of a stored example's byte is `step` = numerator / denominator of a feature.
    """

    name: str
    description: str
    address: str
    size_bytes: int
    sha256: str
    licence: str
    input: list[int]
    outputs: list[dict[str, Any]]
    step: dict[str, int]
    flash_address: str

    @property
    def comes_along(self) -> bool:
        """Whether the toolbox carries the file itself."""
        return "://" not in self.address

    def place(self) -> Path:
        """Where the file is, or would be once fetched."""
        return board_files() / self.address if self.comes_along else cache() / f"{self.name}.kmodel"

    def check(self, data: bytes, source: str | Path) -> None:
        """ToolError unless these are the model's very bytes."""
        if len(data) != self.size_bytes:
            raise ToolError(
                f"{source} has {len(data)} bytes, {self.name} {self.size_bytes}; it is another file or a part"
            )
        if hashlib.sha256(data).hexdigest() != self.sha256:
            raise ToolError(f"{source} is not {self.name}: its sha256 differs; fetch it from {self.address}")


def catalogue() -> dict[str, Entry]:
    """All models by name."""
    rows = json.loads((board_files() / "models" / "catalogue.json").read_text("utf-8"))["models"]
    return {row["name"]: Entry(**row) for row in rows}


def cache() -> Path:
    """The folder of fetched models: $MADELEINE_CACHE, or one in the home directory."""
    return Path(os.environ.get("MADELEINE_CACHE") or Path.home() / ".cache" / "madeleine")


def find_model(name_or_path: str | Path) -> Path:
    """The file of a model of the catalogue, or the file itself; ToolError when there is none."""
    entry = catalogue().get(str(name_or_path))
    path = entry.place() if entry else Path(name_or_path)
    if path.is_file():
        return path
    if entry:
        raise ToolError(f"{entry.name} is not here yet; fetch it with: madeleine model fetch {entry.name}")
    raise ToolError(f"{path} is no file and no model; there are {', '.join(catalogue())}")


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Registers the command."""
    parser = subparsers.add_parser(
        "model",
        help="list, fetch and look into feature models",
        description="The networks that turn a picture into numbers.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    actions.add_parser("list", help="the models of the catalogue").set_defaults(func=_list)
    fetch = actions.add_parser("fetch", help="get a model and check it")
    fetch.add_argument("name", metavar="NAME", help="a model of the catalogue")
    fetch.add_argument("--from", dest="source", metavar="FILE", type=Path, help="a copy to take instead of the network")
    fetch.add_argument("-o", "--output", metavar="FILE", type=Path, help="where to put it (default: the cache)")
    fetch.set_defaults(func=_fetch)
    info = actions.add_parser("info", help="the layers of a kmodel file")
    info.add_argument("model", metavar="MODEL", help="a kmodel file, or a model of the catalogue")
    info.set_defaults(func=_info)


def _list(arguments: argparse.Namespace) -> int:
    console = Console(soft_wrap=True)
    for entry in catalogue().values():
        here = "comes along" if entry.comes_along else "fetched" if entry.place().is_file() else "not fetched"
        console.print(f"{entry.name}  {entry.size_bytes / 1e6:.2f} MB, {entry.licence}, {here}", highlight=False)
        console.print(f"    {entry.description}", highlight=False)
    return 0


def _info(arguments: argparse.Namespace) -> int:
    Console(soft_wrap=True).print(Network.load(find_model(arguments.model)).describe(), highlight=False, markup=False)
    return 0


def _fetch(arguments: argparse.Namespace) -> int:
    entry = catalogue().get(arguments.name)
    if entry is None:
        raise ToolError(f"no model is called {arguments.name!r}; there are {', '.join(catalogue())}")
    target = arguments.output or entry.place()
    data = _read(arguments.source) if arguments.source else _kept(entry) or _download(entry)
    entry.check(data, arguments.source or entry.address)
    _write(target, data)
    Console().print(f"{target}: {entry.name}, {len(data)} bytes, checked", highlight=False, soft_wrap=True)
    return 0


def _kept(entry: Entry) -> bytes | None:
    """The copy that is here already, if it is whole."""
    try:
        data = entry.place().read_bytes()
        entry.check(data, entry.place())
    except (OSError, ToolError):
        return None
    return data


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ToolError(f"{path} cannot be read ({error.strerror}); check the name") from error


def _download(entry: Entry) -> bytes:
    """The bytes at the model's address, no more than it has."""
    if not entry.address.startswith("https://"):
        raise ToolError(f"the catalogue's address of {entry.name} is not https; take a copy with --from FILE")
    columns = (TextColumn(entry.name), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    try:
        with Progress(*columns) as progress:
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


def _write(path: Path, data: bytes) -> None:
    """Writes the whole file or nothing under this name: it is complete before it gets it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.part")
        part.write_bytes(data)
        part.replace(path)
    except OSError as error:
        raise ToolError(f"{path} cannot be written ({error.strerror}); choose another place with -o") from error
