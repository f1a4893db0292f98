"""Fetches a file of a catalogue: over https, resumed where it broke off, checked against its sha256, kept."""

import hashlib
import os
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import ClassVar, Protocol

import httpx
import platformdirs
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from madeleine.deadline import within
from madeleine.errors import ToolError
from madeleine.inputs import read

TIMEOUT_S = 30
ANSWER_S = 60  # in all until the answer begins, with the look-up of names and what leads to another address


class Wanted(Protocol):
    """A row of a catalogue: what is fetched, from where, and how to know it; `command` fetches it, or takes a copy."""

    command: ClassVar[str]

    @property
    def name(self) -> str: ...
    @property
    def address(self) -> str: ...
    @property
    def size_bytes(self) -> int: ...
    @property
    def sha256(self) -> str: ...


def cache() -> Path:
    """The folder of what was fetched: $MADELEINE_CACHE, or the one that the system has for such files."""
    return Path(os.environ.get("MADELEINE_CACHE") or platformdirs.user_cache_path("madeleine", appauthor=False))


def check(wanted: Wanted, data: bytes, source: str | Path) -> None:
    """ToolError unless these are the very bytes of the catalogue."""
    if len(data) != wanted.size_bytes:
        raise ToolError(
            f"{source} has {len(data)} bytes, {wanted.name} {wanted.size_bytes}; it is another file or a part"
        )
    if hashlib.sha256(data).hexdigest() != wanted.sha256:
        raise ToolError(f"{source} is not {wanted.name}: its sha256 differs; fetch it from {wanted.address}")


def is_whole(wanted: Wanted, path: Path) -> bool:
    """Whether the file is there with the very bytes of the catalogue."""
    try:
        check(wanted, path.read_bytes(), path)
    except (OSError, ToolError):
        return False
    return True


def fetch(wanted: Wanted, target: Path, copy: Path | None = None, console: Console | None = None) -> Path:
    """Puts the file at `target`, unless it is there: from `copy` if there is one, from the network otherwise.

    Under that name there is the whole file or none. What came of a broken download stays beside it for the next try.
    The progress bar goes to `console`, or to the terminal.
    """
    if copy is not None:
        data = _read(copy, wanted.size_bytes)
        check(wanted, data, copy)
        _place(target, lambda part: part.write_bytes(data), _part(wanted, target))
    elif not is_whole(wanted, target):
        _place(target, lambda part: _download(wanted, part, console), _part(wanted, target))
    return target


def _part(wanted: Wanted, target: Path) -> Path:
    """The unfinished file; named by the content, so that nothing else is ever resumed."""
    return target.with_name(f"{target.name}.{wanted.sha256[:8]}.part")


def _place(target: Path, fill: Callable[[Path], object], part: Path) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        fill(part)
        part.replace(target)
    except OSError as error:
        raise ToolError(
            f"{target} cannot be written ({error.strerror}); choose another place, for all of them with MADELEINE_CACHE"
        ) from error


def _read(path: Path, most_bytes: int) -> bytes:
    try:
        return read(path, most_bytes)
    except OSError as error:
        raise ToolError(f"{path} cannot be read ({error.strerror}); check the name") from error


def _download(wanted: Wanted, part: Path, console: Console | None) -> None:
    """Completes the unfinished file and checks it; a wrong one is removed."""
    if not wanted.address.startswith("https://"):
        raise ToolError(f"the catalogue's address of {wanted.name} is not https; {_by_hand(wanted)}")
    have = part.stat().st_size if part.is_file() else 0
    if have < wanted.size_bytes:
        _receive(wanted, part, have, console)
    try:
        check(wanted, part.read_bytes(), wanted.address)
    except ToolError:
        part.unlink()
        raise


def _receive(wanted: Wanted, part: Path, have: int, console: Console | None) -> None:
    """Appends what is missing, and one byte more if there is more: it is then too long."""
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    try:
        with httpx.Client(timeout=TIMEOUT_S, follow_redirects=True) as client:
            request = client.build_request("GET", wanted.address, headers=headers)
            response = within(ANSWER_S, lambda: client.send(request, stream=True))
            if response.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                part.unlink(missing_ok=True)  # what is here does not fit what is there
            if not response.is_success:
                raise _failed(wanted, f"{response.status_code} {response.reason_phrase}")
            if response.status_code != HTTPStatus.PARTIAL_CONTENT:
                have = 0  # a server that knows no ranges sends all of it
            _append(response, wanted, part, have, console)
    except TimeoutError as error:
        raise _failed(wanted, f"{httpx.URL(wanted.address).host} does not answer") from error
    except httpx.HTTPError as error:
        raise _failed(wanted, _in_words(error, httpx.URL(wanted.address).host)) from error


def _append(response: httpx.Response, wanted: Wanted, part: Path, have: int, console: Console | None) -> None:
    columns = (TextColumn(wanted.name), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with part.open("ab" if have else "wb") as file, Progress(*columns, console=console) as progress:
        task = progress.add_task(wanted.name, total=wanted.size_bytes, completed=have)
        for chunk in response.iter_raw():
            have += file.write(chunk[: wanted.size_bytes + 1 - have])
            progress.update(task, completed=have)
            if have > wanted.size_bytes:
                break


def _in_words(error: httpx.HTTPError, host: str) -> str:
    if isinstance(error, httpx.TimeoutException):
        return f"{host} does not answer"
    if isinstance(error, httpx.ConnectError):
        return f"no connection to {host}: is this computer on the internet, and does its network allow it?"
    return f"the connection to {host} was lost"


def _failed(wanted: Wanted, why: object) -> ToolError:
    return ToolError(
        f"{wanted.name} cannot be fetched ({why}); try again, it goes on where it stopped, or {_by_hand(wanted)}"
    )


def _by_hand(wanted: Wanted) -> str:
    return f"hand in a copy: {wanted.command} {wanted.name} --from FILE"
