"""The points as a file: CSV, a row for each person and point, or JSON lines, one for each frame (docs/FORMATS.md)."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from madeleine.errors import UsageError

from .frames import Shot
from .people import Person
from .skeleton import POINTS

COLUMNS = ("file", "frame", "person", "point", "x", "y", "score")


class Table:
    """Writes frame after frame to a file, in the format that the name of `path` says."""

    def __init__(self, path: Path, file: BinaryIO) -> None:
        check_name(path)
        self._file, self._rows = file, path.suffix.lower() == ".csv"
        if self._rows:
            self._write([COLUMNS])

    def write(self, shot: Shot, people: Sequence[Person]) -> None:
        """A frame and its people; where there is nobody, CSV has no row."""
        if self._rows:
            self._write(
                (shot.file.name, shot.place, number, *point)
                for number, person in enumerate(people)
                for point in _points(person)
            )
            return
        line = {
            "file": shot.file.name,
            "frame": shot.place,
            "width": shot.frame.width_px,
            "height": shot.frame.height_px,
            "people": [
                {"score": _share(person.score), "points": {name: place for name, *place in _points(person)}}
                for person in people
            ],
        }
        self._file.write(json.dumps(line, ensure_ascii=False).encode("utf-8", "replace") + b"\n")

    def _write(self, rows: Iterable[Sequence[object]]) -> None:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(rows)
        self._file.write(text.getvalue().encode("utf-8", "replace"))


def check_name(path: Path) -> None:
    """UsageError for a name that ends in neither .csv nor .jsonl."""
    if path.suffix.lower() not in (".csv", ".jsonl"):
        raise UsageError(f"{path} ends in neither .csv nor .jsonl; name it after what it is to be")


def _points(person: Person) -> Iterator[tuple[str, float, float, float]]:
    for name, (x, y), score in zip(POINTS, person.points.tolist(), person.scores.tolist(), strict=True):
        yield name, round(x, 2), round(y, 2), _share(score)


def _share(score: float) -> float:
    return round(score, 4)
