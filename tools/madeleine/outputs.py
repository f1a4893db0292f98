"""Files the toolbox writes: whole or not at all, so that an interruption leaves what was there."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from madeleine.errors import ToolError
from madeleine.inputs import BINARY

NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | BINARY
PRIVATE = 0o600  # the mode of a file with a secret: its owner alone reads it


def check_folder(path: Path | None, option: str) -> None:
    """ToolError, before the work, when the folder of a file that an option names is not there."""
    if path is not None and not path.resolve().parent.is_dir():
        raise ToolError(f"{path.parent} is not a folder; make it, or give another --{option}")


def write_whole(path: Path, data: bytes, private: bool = False) -> None:
    """Writes a file beside its place and moves it there when it is on the disk; ToolError when it cannot be written."""
    with writing(path, private) as file:
        file.write(data)


@contextmanager
def writing(path: Path, private: bool = False) -> Iterator[BinaryIO]:
    """A file to write to that gets its name when all went well; ToolError, at once, when it cannot be written.

    It has the mode of the file whose place it takes, and a link goes on leading to it; `private`: PRIVATE at any rate.
    """
    place = Path(os.path.realpath(path))
    part = place.with_name(f".{os.getpid()}.part")  # short: the name itself may be as long as a name can be
    try:
        if place.exists() and not place.is_file():  # /dev/null, which root could well replace
            raise OSError(0, "it is a folder" if place.is_dir() else "it is not a regular file")
        part.unlink(missing_ok=True)
        kept = PRIVATE if private else _mode(place)
        with os.fdopen(os.open(part, NEW, kept or 0o666), "wb") as file:  # the process's mask is taken off
            if kept is not None:
                part.chmod(kept)
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(place)
    except OSError as error:
        raise ToolError(f"{path} cannot be written ({error.strerror}); choose another place") from error
    finally:
        with suppress(OSError):
            part.unlink()


def _mode(path: Path) -> int | None:
    """The mode of a file; None without one."""
    return stat.S_IMODE(path.stat().st_mode) if path.exists() else None
