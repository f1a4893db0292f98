"""The folder that Edge Impulse exports: training/ and testing/ full of pictures, and labels in a file or in the names.

A name begins with the label up to its first dot: `cup.4f2a.jpg`. `info.labels`, where there is one, is JSON:
{"version": 1, "files": [{"path": "training/cup.4f2a.jpg", "label": {"type": "label", "label": "cup"}}, ...]}; a label
there wins. (docs.edgeimpulse.com, Uploader.)
"""

import json
from collections.abc import Iterable
from pathlib import Path

from madeleine.inputs import read
from madeleine.pictures import is_photograph

TRAINING, TESTING = "training", "testing"
LABELS = "info.labels"
LABELS_BYTES = 64 << 20


def kinds_in(folder: Path) -> tuple[dict[str, list[Path]], dict[str, list[Path]]] | None:
    """The pictures of each label in training/ and in testing/; None where training/ has no pictures."""
    found = {half: _pictures(folder / half) for half in (TRAINING, TESTING)}
    if not found[TRAINING]:
        return None
    try:
        labels = labels_of(read(folder / LABELS, LABELS_BYTES))
    except OSError:
        labels = {}
    taught, asked = (
        by_label((label_of(f"{half}/{path.name}", labels), path) for path in paths) for half, paths in found.items()
    )
    return taught, asked


def labels_of(data: bytes) -> dict[str, str]:
    """The labels of `info.labels`, by path; without those that do not make sense."""
    try:
        rows = json.loads(data)["files"]
        return {
            row["path"]: row["label"]["label"]
            for row in rows
            if isinstance(row["path"], str) and isinstance(row["label"]["label"], str)
        }
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}


def label_of(path: str, labels: dict[str, str]) -> str:
    """Of a picture in one of the two folders."""
    name = path.rpartition("/")[2]
    return labels.get(path) or labels.get(name) or name.partition(".")[0]


def by_label(pictures: Iterable[tuple[str, Path]]) -> dict[str, list[Path]]:
    """The pictures of each label, the labels in alphabetical order."""
    found: dict[str, list[Path]] = {}
    for label, path in pictures:
        found.setdefault(label, []).append(path)
    return dict(sorted(found.items()))


def _pictures(folder: Path) -> list[Path]:
    return sorted(filter(is_photograph, folder.iterdir())) if folder.is_dir() else []
