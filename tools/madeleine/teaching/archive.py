"""Zips of pictures: a class's samples of Teachable Machine, an export of Edge Impulse, a folder of classes.

Names in a zip never become names of files: what is taken out is numbered.
"""

import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath

from madeleine.errors import ToolError
from madeleine.evaluation import edge_impulse
from madeleine.evaluation.sets import TEST, TRAIN, Kinds
from madeleine.inputs import ZIP_DAMAGE, opened
from madeleine.pictures import SUFFIXES

SAMPLES = "-samples"  # "cup-samples.zip": what Teachable Machine calls the samples of the class "cup"
MOST_ENTRIES, ENTRY_BYTES, ALL_BYTES = 50_000, 256 << 20, 8 << 30
ASKED = (TEST, edge_impulse.TESTING)
HALVES = (TRAIN, edge_impulse.TRAINING, *ASKED)


def kinds_in(path: Path, room: Path, leave_out: Callable[[str], object]) -> tuple[Kinds, Kinds]:
    """The pictures of each class, and those to ask where there is a folder for them; taken out into the folder `room`.

    `leave_out` gets a sentence about each picture that cannot be taken out. ToolError when it is not a zip of pictures.
    """
    try:
        with opened(path) as file, zipfile.ZipFile(file) as archive:
            entries = [entry for entry in archive.infolist() if _is_picture(entry.filename)]
            _check(path, len(archive.infolist()), entries)
            labels = _labels(archive)
            room.mkdir(parents=True)
            taken = _taken_out(path, archive, entries, room, leave_out)
    except ZIP_DAMAGE as error:
        raise ToolError(f"{path} is not a zip that can be read ({str(error)[:80]}); give a folder, or a zip") from error
    found: dict[bool, list[tuple[str, Path]]] = {False: [], True: []}
    for entry, place in taken:
        half, label = _sorted_in(entry.filename, path.stem.removesuffix(SAMPLES), labels)
        found[half in ASKED].append((label, place))
    return edge_impulse.by_label(found[False]), edge_impulse.by_label(found[True])


def _is_picture(name: str) -> bool:
    own = PurePosixPath(name)
    return own.suffix.lower() in SUFFIXES and not own.name.startswith(".")


def _check(path: Path, count: int, entries: Sequence[zipfile.ZipInfo]) -> None:
    if not entries:
        raise ToolError(f"{path} has no pictures ({', '.join(sorted(SUFFIXES))}); give a zip that has")
    if count > MOST_ENTRIES or sum(entry.file_size for entry in entries) > ALL_BYTES:
        raise ToolError(f"{path} holds more than {MOST_ENTRIES} files or {ALL_BYTES >> 30} GB; give fewer pictures")


def _labels(archive: zipfile.ZipFile) -> dict[str, str]:
    """Of Edge Impulse's file, if it is there."""
    for entry in archive.infolist():
        if PurePosixPath(entry.filename).name == edge_impulse.LABELS and entry.file_size <= edge_impulse.LABELS_BYTES:
            return edge_impulse.labels_of(archive.read(entry))
    return {}


def _taken_out(
    path: Path,
    archive: zipfile.ZipFile,
    entries: Sequence[zipfile.ZipInfo],
    room: Path,
    leave_out: Callable[[str], object],
) -> list[tuple[zipfile.ZipInfo, Path]]:
    taken = []
    for number, entry in enumerate(entries):
        place = room / f"{number:06}{PurePosixPath(entry.filename).suffix.lower()}"
        try:
            if entry.file_size > ENTRY_BYTES:
                raise ValueError(f"{entry.file_size} bytes are more than {ENTRY_BYTES}")
            place.write_bytes(archive.read(entry))
        except ZIP_DAMAGE as error:
            leave_out(f"{entry.filename[:80]!r} of {path} cannot be taken out ({str(error)[:80]})")
            continue
        taken.append((entry, place))
    return taken


def _sorted_in(name: str, title: str, labels: dict[str, str]) -> tuple[str, str]:
    """(train, test or "", class) of a picture: of the folders above it; in a zip without any the class is `title`."""
    *folders, _ = PurePosixPath(name).parts
    half = next((folder for folder in reversed(folders) if folder in HALVES), "")
    if folders and folders[-1] not in HALVES:
        return half, folders[-1]
    if half:
        return half, edge_impulse.label_of("/".join(PurePosixPath(name).parts[-2:]), labels)
    return half, title
