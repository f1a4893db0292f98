"""Which class a sound is for: its file is called after it, voice/NAME.wav."""

from pathlib import Path

from madeleine.device import command_error, labels, sounds
from madeleine.errors import ToolError, UsageError

FORBIDDEN = '/\\:*?"<>|'  # by one of the file systems that the files come from and go to
PATH_BYTES = 126  # of a name on the camera's flash
FILES_MAX = 500


def checked(text: str) -> str:
    """A name that a class can have and a file, too; UsageError otherwise."""
    try:
        name = labels.check(text)
    except command_error.CommandError as error:
        raise UsageError(f"{text!r} cannot be the name of a class ({error.text}); choose another one") from error
    if any(sign in name for sign in FORBIDDEN) or name.startswith("."):
        raise UsageError(f"{text!r} cannot be the name of a file: leave out {' '.join(FORBIDDEN)} and a dot in front")
    if len(file_of(name).encode()) > PATH_BYTES:
        raise UsageError(f"{text!r} is too long for a file on the camera; choose a shorter name")
    return name


def file_of(name: str) -> str:
    """Where the sound of a class lies, on flash and on a memory card."""
    return f"{sounds.FOLDER}{name}{sounds.WAV}"


def found(paths: list[Path]) -> dict[str, Path]:
    """WAV files, and those of folders, by the names of their classes; ToolError for none, and for two of one name."""
    files: dict[str, Path] = {}
    for path in paths:
        for file in _of_folder(path) if path.is_dir() else [path]:
            name = checked(file.stem)
            if name in files:
                raise ToolError(f"{file} and {files[name]} are both for {name}; give one of them")
            files[name] = file
    return files


def _of_folder(folder: Path) -> list[Path]:
    files = sorted(file for file in folder.iterdir() if file.suffix.lower() == sounds.WAV)
    if not 0 < len(files) <= FILES_MAX:
        raise ToolError(f"{folder} has {len(files)} WAV files; choose a folder with 1 to {FILES_MAX}")
    return files
