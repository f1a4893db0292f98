"""The pictures that somebody gives: folders of classes, folders and zips that are one class, exports of other tools."""

from collections.abc import Callable, Sequence
from pathlib import Path

from madeleine.device import command_error, labels
from madeleine.errors import ToolError
from madeleine.evaluation.sets import Kinds, PictureSet, kinds_in, only_set
from madeleine.pictures import is_photograph
from madeleine.teaching import archive

MOST_PICTURES = 20_000  # their vectors, and what is computed of them, have to fit into memory
LeaveOut = Callable[[str], object]


def gathered(paths: Sequence[Path], room: Path, leave_out: LeaveOut) -> PictureSet:
    """One set of all of them; `room`: a folder for what is in zips. `leave_out` gets a sentence about each loss.

    A path is a folder with a sub-folder for each class (or train/ and test/ with such), a folder of pictures, or a zip
    of either. ToolError when there are fewer than two classes, or when only some have test/.
    """
    taught: Kinds = {}
    asked: Kinds = {}
    for number, path in enumerate(paths):
        both = archive.kinds_in(path, room / str(number), leave_out) if path.is_file() else _in_folder(path)
        for kinds, found in zip((taught, asked), both, strict=True):
            _add(kinds, found, leave_out)
    name = paths[0].resolve().name if len(paths) == 1 else "pictures"
    _check(name, taught, asked)
    return PictureSet.in_two(name, taught, asked) if asked else PictureSet.of(name, taught)


def _in_folder(folder: Path) -> tuple[Kinds, Kinds]:
    if not folder.is_dir():
        raise ToolError(f"{folder} is neither a folder nor a zip; give one with pictures")
    if any(kinds_in(folder)):
        return kinds_in(folder)
    own = sorted(filter(is_photograph, folder.iterdir()))
    if own:
        return {folder.resolve().name: own}, {}
    return _in_folder(folder / only_set(folder).name)


def _add(kinds: Kinds, found: Kinds, leave_out: LeaveOut) -> None:
    """Under the names that the camera takes; folders with others are left out."""
    for name, paths in found.items():
        try:
            label = labels.check(name)
        except command_error.CommandError as error:
            what = f"{name[:40]!r} (pictures: {len(paths)})"
            leave_out(f"{what}: not a valid name for the camera ({error.text}); rename the folder")
            continue
        kinds.setdefault(label, []).extend(paths)


def _check(name: str, taught: Kinds, asked: Kinds) -> None:
    count = sum(len(paths) for kinds in (taught, asked) for paths in kinds.values())
    if count > MOST_PICTURES:
        raise ToolError(f"{name} has {count} pictures, {MOST_PICTURES} at most can be taught at once; give fewer")
    if len(taught) < 2:
        has = f"one class ({next(iter(taught))})" if taught else "no class that can be taught"
        raise ToolError(f"{name} has {has}; give the pictures of two things or more, a folder each")
