"""The examples on a camera, over USB: taken away as they are, and replaced at once or not at all."""

import base64
import contextlib
import time
from collections.abc import Callable, Iterator
from typing import Any

from madeleine.camera.events import Sets, typed
from madeleine.camera.fields import Fields, Message, Nonsense, clean
from madeleine.camera.usb import Board, BoardError, Refused
from madeleine.device import change as changes
from madeleine.device import command_error, gauge, settings
from madeleine.errors import ToolError
from madeleine.examples import values
from madeleine.examples.collection import SETTINGS, Collection, Example, Mark, Record, checksum

COMMIT_S = 30.0  # reads the whole draft back, and loads it
DRAFT_S = 30.0  # a third of a second; now and then 5 s or more, while SPIFFS makes room (docs/MEASURED.md)
EXPORT_S = 300.0  # 250 examples take half a minute
RECORDS_MOST = 10_000  # of an export: forty times what a camera holds
TRIES = 3
STALE = ("draft", "changed")  # refusals: somebody has used the camera meanwhile

Progress = Callable[[int, int], None]  # done, of


class Damaged(BoardError):
    """What came over the cable is not what was sent."""


@contextlib.contextmanager
def using(board: Board, name: str | None, new: bool = False) -> Iterator[None]:
    """The camera goes on with another set of examples meanwhile; `new`: one that it may have to make."""
    if name is None:
        yield
        return
    said = typed(board.ask("sets"), Sets)
    if name not in said.sets and not new:
        raise ToolError(f"{board.line.device}: no set {name!r}; there are: {', '.join(said.sets)}")
    board.ask("set", timeout_s=COMMIT_S, name=name)
    try:
        yield
    except BaseException:
        with contextlib.suppress(ToolError):
            board.ask("set", timeout_s=1.0, name=said.set)
        raise
    board.ask("set", timeout_s=COMMIT_S, name=said.set)


def read(board: Board, progress: Progress) -> Collection:
    """Everything the camera was taught; asked for again when it is changed meanwhile, or lines are lost."""
    for left in reversed(range(TRIES)):
        try:
            return _export(board, progress)
        except (Refused, Damaged) as error:
            if not left or (isinstance(error, Refused) and error.code not in STALE):
                raise
    raise AssertionError


def _export(board: Board, progress: Progress) -> Collection:
    status = Fields(board.ask("status"))
    wanted = status.needed_whole("examples")
    examples: list[Example] = []
    marks: list[Mark] = []
    found: dict[str, str] = {}
    records: list[Record] = []
    for message in _until_exported(board):
        if message["event"] == "exported":
            break
        records.append(_record(message))
        _, key, value = records[-1]
        if isinstance(value, str):
            found[str(key)] = value
        elif isinstance(key, int):
            marks.append(Mark(key, value))
        else:
            examples.append(Example(key, value))
            progress(len(examples), wanted)
    if message.get("checksum") != checksum(records):
        raise Damaged(f"{board.line.device}: lines were lost or damaged on the way: try another cable")
    kept = {key: value for key, value in found.items() if key in SETTINGS}
    source = clean(status.needed_text("app")), clean(status.needed_text("board"))
    return Collection(_model(status), tuple(examples), tuple(marks), kept, *source)


def _until_exported(board: Board) -> Iterator[Message]:
    """The answers to `export`; BoardError when they do not come to an end."""
    end = time.monotonic() + EXPORT_S
    for number, message in enumerate(board.answers("export")):
        if number >= RECORDS_MOST or time.monotonic() > end:
            raise BoardError(
                f"{board.line.device}: the export has no end (at most {RECORDS_MOST} lines, {EXPORT_S:g} s): restart "
                "the camera and try again"
            )
        yield message


def model_of(board: Board) -> str:
    """The model of a camera, by its name."""
    return _model(Fields(board.ask("status")))


def _model(status: Fields) -> str:
    try:
        return values.model(status.message.get("model"))
    except ValueError as error:
        raise Nonsense(str(error)) from error


def _record(message: Message) -> Record:
    """A line of an export as the record it tells; Damaged when the file of examples could not hold it."""
    try:
        if message["event"] == "setting":
            return _setting(Fields(message))
        vector = values.vector(message.get("vector"))
        if message["event"] == "anchored":
            return changes.MARK, values.mark(message.get("value")), vector
        return "learn", values.label(message.get("name")), vector
    except (ValueError, command_error.CommandError) as error:
        raise Damaged(f"a line of the export makes no sense ({error}): try another cable") from error


def _setting(message: Fields) -> Record:
    """Those that are unknown here, of a newer app, count for the checksum alone."""
    name, value = message.needed_text("name"), message.needed_text("value")
    (name + value).encode()  # ValueError for halves of pairs, which no checksum can be made of
    return "setting", name, values.setting(name, value) if name in SETTINGS else value


def change(board: Board, make: Callable[[Collection], Collection], progress: Progress) -> tuple[Collection, Collection]:
    """Replaces what the camera has by what `make` makes of it; (before, after).

    The camera keeps the old until the new is on its flash, read back and equal to what was sent. When somebody
    teaches it meanwhile, that is taken in and all is done again.
    """
    for left in reversed(range(TRIES)):
        before = read(board, lambda done, of: None)
        after = make(before)
        _check_room(board, after)
        if after.same(before):
            return before, after
        try:
            _replace(board, after, progress)
            return before, after
        except Refused as error:
            if not left or error.code not in STALE:
                raise
    raise AssertionError


def _check_room(board: Board, collection: Collection) -> None:
    capacity = Fields(board.ask("status")).needed_whole("capacity")
    if len(collection.examples) > capacity:
        raise ToolError(
            f"{len(collection.examples)} examples, but the camera holds {capacity}: "
            "forget some (madeleine examples forget NAME), or import less with --only"
        )
    if len(collection.marks) > gauge.PICTURES:
        raise ToolError(
            f"the marks of the gauge have {len(collection.marks)} pictures, but a camera holds {gauge.PICTURES}: "
            "remove some from the file, or import the examples alone with --only"
        )


def _replace(board: Board, collection: Collection, progress: Progress) -> None:
    records = list(collection.records())
    board.ask("begin", timeout_s=COMMIT_S)
    try:
        for done, (what, key, value) in enumerate(records, 1):
            board.ask(**_request(what, key, value), timeout_s=DRAFT_S, draft=True)
            progress(done, len(records))
        board.ask("commit", timeout_s=COMMIT_S, value=checksum(records))
    except BaseException:
        with contextlib.suppress(ToolError):
            board.ask("drop", timeout_s=1.0)
        raise


def _request(what: str, key: str | int, value: bytes | str) -> dict[str, Any]:
    if isinstance(value, str):
        return {"word": settings.name_of(str(key)), "value": value}
    vector = base64.b64encode(value).decode()
    if what == changes.MARK:
        return {"word": changes.MARK, "value": key, "vector": vector}  # older apps know this word, too
    if not key:
        return {"word": "exclude", "vector": vector}
    return {"word": "learn", "name": key, "vector": vector}
