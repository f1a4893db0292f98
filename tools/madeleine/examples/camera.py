"""The examples on a camera, over USB: taken away as they are, and replaced at once or not at all."""

import base64
import contextlib
from collections.abc import Callable
from typing import Any

from madeleine.camera.usb import Board, BoardError, Message, Refused
from madeleine.device import change as changes
from madeleine.device import gauge, settings
from madeleine.errors import ToolError
from madeleine.examples.collection import SETTINGS, Collection, Example, Mark, Record, checksum

COMMIT_S = 30.0  # reads the whole draft back, and loads it
TRIES = 3
STALE = ("draft", "changed")  # refusals: somebody has used the camera meanwhile

Progress = Callable[[int, int], None]  # done, of


class Damaged(BoardError):
    """What came over the cable is not what was sent."""


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
    status = board.ask("status")
    examples: list[Example] = []
    marks: list[Mark] = []
    found: dict[str, str] = {}
    records: list[Record] = []
    for message in board.answers("export"):
        event = message["event"]
        if event == "exported":
            break
        records.append(_record(message))
        _, key, value = records[-1]
        if isinstance(value, str):
            found[str(key)] = value
        elif isinstance(key, int):
            marks.append(Mark(key, value))
        else:
            examples.append(Example(key, value))
            progress(len(examples), int(status["examples"]))
    if message.get("checksum") != checksum(records):
        raise Damaged(f"{board.line.device}: lines were lost or damaged on the way: try another cable")
    kept = {key: value for key, value in found.items() if key in SETTINGS}
    return Collection(
        str(status["model"]), tuple(examples), tuple(marks), kept, str(status["app"]), str(status["board"])
    )


def _record(message: Message) -> Record:
    """A line of an export as the record it tells."""
    try:
        if message["event"] == "setting":
            return "setting", str(message["name"]), str(message["value"])
        vector = base64.b64decode(message["vector"], validate=True)
        if message["event"] == "anchored":
            value = settings.whole(str(message["value"]), gauge.LOWEST, gauge.HIGHEST)
            return changes.MARK, value, vector
        return "learn", str(message["name"]), vector
    except (KeyError, TypeError, ValueError) as error:
        raise Damaged(f"a line of the export makes no sense ({error}): try another cable") from error


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
    capacity = int(board.ask("status")["capacity"])
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
            board.ask(**_request(what, key, value), draft=True)
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


def forget(board: Board, name: str) -> int:
    """Forgets a class; how many examples it had."""
    return int(board.ask("forget", name=name)["count"])
