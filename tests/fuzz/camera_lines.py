"""What a camera may say: through the readers of lines and messages, the history, the log, and an export of examples.

python -m tests.fuzz.camera_lines --cases 100000 --seed 1
"""

import base64
import re
import struct
from random import Random
from typing import Any

from madeleine.camera.json_lines import LINE_MAX_BYTES, Splitter
from madeleine.camera.usb import Board
from madeleine.device import change
from madeleine.errors import ToolError
from madeleine.examples import camera, jsonl
from madeleine.examples.collection import Record, checksum
from madeleine.examples.problems import Problems
from madeleine.monitor import log
from madeleine.monitor.items import Heard, Tick
from madeleine.monitor.state import State
from madeleine.terminal import printable

from tests.fuzz import noise
from tests.fuzz.harness import main
from tests.fuzz.memory_line import opened

VECTOR = bytes(range(128)) * 6
EVENTS = "ready seen gone gauge card learned undone forgot status refused error set list lesson reset".split()
BROWNIE = ("DETECTED", "QR", "DISTANCE", "info")
SEEN = {"v": 1, "event": "seen", "name": "cup", "text": "x", "value": 5, "count": 1, "distance": 8.5}
STATUS = {"event": "status", "app": "0.1.0", "board": "M5StickV", "model": "b922520e", "examples": 1, "capacity": 250}
EXAMPLE = {"event": "example", "index": 0, "name": "cup", "vector": base64.b64encode(VECTOR).decode()}
MARK = {"event": "anchored", "value": 5, "vector": EXAMPLE["vector"]}
SETTING = {"event": "setting", "name": "limit2", "value": "150"}


def case(random: Random) -> None:
    """One time in two a monitor listens, otherwise examples are exported."""
    if random.random() < 0.5:
        _monitored(random)
    else:
        _exported(random)


def _monitored(random: Random) -> None:
    splitter, state = Splitter(), State()
    for at_s in range(random.randrange(1, 6)):
        for line in splitter.feed(noise.damaged(random, _said(random)) + b"\n"):
            item = Heard(float(at_s), line)
            for told in state.take(item):
                assert "\x1b" not in told.text and "\n" not in told.text, told.text
            kept = log.entry(item)
            assert kept is not None and "\n" not in kept and "\x1b" not in kept
            kept.encode()
            assert log.item_of(kept) is not None
        state.take(Tick(at_s + 0.5))
    assert len(splitter.rest) <= LINE_MAX_BYTES


def _said(random: Random) -> bytes:
    if random.random() < 0.2:
        return f"[{random.choice(BROWNIE)}]: {noise.text(random)}".encode("utf-8", "replace")
    return noise.json_bytes(noise.changed(random, {**SEEN, "event": random.choice(EVENTS)}))


def _exported(random: Random) -> None:
    """A camera that is asked for everything: either it is refused, or the file that is made of it can be read."""
    rows = [noise.changed(random, row) if random.random() < 0.2 else row for row in (SETTING, MARK, EXAMPLE)]
    rows.append({"event": "exported", "checksum": _checksum(rows)})
    status = noise.changed(random, STATUS) if random.random() < 0.3 else STATUS

    def answer(data: bytes) -> bytes:
        said = b""
        for found in re.finditer(rb'"do": "(\w+)".*?"id": "([^"]+)"', data):
            for row in [status] if found[1] == b"status" else rows:
                said += noise.json_bytes({"v": 1, **row, "id": found[2].decode()}) + b"\r\n"
        return noise.damaged(random, said) if random.random() < 0.3 else said

    with opened(answer) as line, Board(line) as board:
        try:
            collection = camera.read(board, lambda done, of: None)
        except ToolError as error:
            assert "\x1b" not in printable(str(error))
            return
    problems = Problems("made")
    assert jsonl.read(jsonl.write(collection).decode(), problems) == collection
    assert not problems.texts, problems.texts


def _checksum(rows: list[dict[str, Any]]) -> str:
    """As a camera makes it that believes what it sends; of what cannot be believed any."""
    try:
        return checksum(_record(row) for row in rows)
    except (KeyError, TypeError, ValueError, AttributeError, struct.error):
        return "00000000"


def _record(row: dict[str, Any]) -> Record:
    if row["event"] == "setting":
        return "setting", row["name"], row["value"]
    vector = base64.b64decode(row["vector"])
    return (change.MARK, row["value"], vector) if row["event"] == "anchored" else ("learn", row["name"], vector)


if __name__ == "__main__":
    main(case)
