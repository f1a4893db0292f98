"""The log: one JSON object a line, as `--log` and `--json` write it and `madeleine replay` reads it (docs/TOOLS.md)."""

import contextlib
import json
import os
import re
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from io import TextIOWrapper
from pathlib import Path
from typing import Any, TextIO

from madeleine.errors import ToolError
from madeleine.inputs import opened
from madeleine.monitor.items import TICK_S, Cable, Heard, Item, Linked, Noted, Tick, Told
from madeleine.monitor.words import Dialect, read

ENTRY_MAX = 1 << 20  # characters; the longest line of a camera is 65536 bytes
_UNWRITABLE = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff]")  # JSON leaves them as they are, a terminal does not


def iso(at_s: float) -> str:
    """A time as people and programs read it: 2025-11-21T07:43:00.123+01:00."""
    return datetime.fromtimestamp(at_s).astimezone().isoformat(timespec="milliseconds")


def json_text(value: Any) -> str:
    """A value as one line of JSON that any stream and any terminal takes."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return _UNWRITABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def entry(item: Item) -> str | None:
    """What the log keeps of an item, as text without an end of line; None for what it does not keep."""
    if isinstance(item, Tick):
        return None
    at = {"time": iso(item.at_s)}
    if isinstance(item, Linked):
        return json_text({**at, "cable": item.cable.value, "text": item.text})
    if isinstance(item, Noted):
        return json_text({**at, "note": item.text})
    said = read(item.line)
    if said is not None and said.dialect is Dialect.MADELEINE:
        try:
            return json_text({**at, "said": said.message})
        except (ValueError, RecursionError):  # what others do not take for JSON: NaN, or a thousand brackets
            pass
    if said is not None and said.event == "card":  # Brownie's, with its secret
        return json_text({**at, "line": f"[QR]: {said.text('text')}"})
    return json_text({**at, "line": item.line})


def item_of(text: str) -> Item | None:
    """The item that a line of a log keeps, or None when it is no such line."""
    try:
        kept = json.loads(text)
        at_s = datetime.fromisoformat(kept["time"]).timestamp()
        if "said" in kept:
            return Heard(at_s, json.dumps(kept["said"]))
        if "cable" in kept:
            return Linked(at_s, Cable(kept["cable"]), str(kept["text"]))
        return Noted(at_s, str(kept["note"])) if "note" in kept else Heard(at_s, str(kept["line"]))
    except (ValueError, TypeError, KeyError, OverflowError, OSError, RecursionError):
        return None


class LogSink:
    """Writes what happens to a stream, line by line, at once."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def take(self, item: Item, told: list[Told]) -> None:
        """Keeps the item."""
        kept = entry(item)
        if kept is not None:
            self._stream.write(kept + "\n")
            self._stream.flush()

    def close(self) -> None:
        """The stream is its owner's."""


class LogFile(LogSink):
    """A log on disk; ToolError when it cannot be written, at the start or when the disk is full."""

    def __init__(self, path: Path) -> None:
        """Goes on with a file, or begins it."""
        self._path = path
        try:
            stream = path.open("a+", encoding="utf-8")
            if _is_torn(path):  # the power went while it was written
                stream.write("\n")
        except OSError as error:
            raise self._failed(error) from error
        super().__init__(stream)

    def take(self, item: Item, told: list[Told]) -> None:
        try:
            super().take(item, told)
        except OSError as error:
            raise self._failed(error) from error

    def close(self) -> None:
        with contextlib.suppress(OSError):  # everything was flushed, or its error was told
            self._stream.close()

    def _failed(self, error: OSError) -> ToolError:
        return ToolError(f"{self._path}: cannot be written ({error.strerror or error}); give another file with --log")


def _is_torn(path: Path) -> bool:
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 1))
        return file.read(1) not in (b"", b"\n")


def replayed(path: Path, speed: float, sleep: Callable[[float], None] = time.sleep) -> Iterator[Item]:
    """The items of a log, `speed` times as fast as they came, or without a wait when it is 0; ToolError."""
    left_out = 0
    before_s = None
    try:
        with TextIOWrapper(opened(path), "utf-8", errors="replace") as file:
            for text in iter(lambda: file.readline(ENTRY_MAX), ""):
                item = item_of(text)
                if item is None:
                    left_out += text != "\n"
                    continue
                if before_s is not None and speed:
                    yield from _wait(before_s, item.at_s, speed, sleep)
                before_s = item.at_s
                yield item
    except OSError as error:
        raise ToolError(f"{path}: cannot be read ({error.strerror}); give a log of `madeleine monitor`") from error
    if before_s is None:
        raise ToolError(f"{path}: not one line of it is of a log; `madeleine monitor --log {path}` makes one")
    if left_out:
        yield Noted(before_s, f"{left_out} lines of {path} are not lines of a log and were left out")


def _wait(from_s: float, until_s: float, speed: float, sleep: Callable[[float], None]) -> Iterator[Item]:
    """Lets the time between two items pass, with ticks at the log's own time."""
    step_s = TICK_S * speed
    at_s = from_s
    while at_s < until_s:
        sleep(min(step_s, until_s - at_s) / speed)
        at_s = min(at_s + step_s, until_s)
        yield Tick(at_s)
