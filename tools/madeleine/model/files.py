"""Files of models: read whole, written whole or not at all, every trouble in one line."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from madeleine.errors import ToolError
from madeleine.kpu.format.kmodel import FILE_LIMIT_BYTES


def read(path: Path) -> bytes:
    """The bytes of a model's file, no more than one can have and one more; ToolError when it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(FILE_LIMIT_BYTES + 1)
    except OSError as error:
        raise ToolError(f"{path} cannot be read ({error.strerror}); check the name") from error


@contextmanager
def writing(path: Path) -> Iterator[BinaryIO]:
    """A file to write to that gets its name when all went well; ToolError, at once, when the place is no good."""
    part = path.with_name(f"{path.name}.part")
    done = False
    try:
        if path.is_dir():
            raise IsADirectoryError(0, "it is a folder")
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            yield file
        part.replace(path)
        done = True
    except OSError as error:
        raise ToolError(f"{path} cannot be written ({error.strerror}); choose another place with -o") from error
    finally:
        if not done:
            with suppress(OSError):
                part.unlink()
