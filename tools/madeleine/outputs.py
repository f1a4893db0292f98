"""Files the toolbox writes: whole or not at all, so that an interruption leaves what was there."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from madeleine.errors import ToolError


def write_whole(path: Path, data: bytes) -> None:
    """Writes a file beside its place and moves it there when it is on the disk; ToolError when it cannot be written."""
    with writing(path) as file:
        file.write(data)


@contextmanager
def writing(path: Path) -> Iterator[BinaryIO]:
    """A file to write to that gets its name when all went well; ToolError, at once, when the place is no good."""
    part = path.with_name(f".{os.getpid()}.part")  # short: the name itself may be as long as a name can be
    try:
        if path.is_dir():
            raise IsADirectoryError(0, "it is a folder")
        with part.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise ToolError(f"{path} cannot be written ({error.strerror}); choose another place") from error
    finally:
        with suppress(OSError):
            part.unlink()
