"""Files of models: read whole, written whole or not at all, every trouble in one line."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from madeleine import outputs
from madeleine.errors import ToolError
from madeleine.inputs import opened
from madeleine.kpu.format.kmodel import FILE_LIMIT_BYTES


def read(path: Path) -> bytes:
    """The bytes of a model's file, no more than one can have and one more; ToolError when it cannot be read."""
    try:
        with opened(path) as file:
            return file.read(FILE_LIMIT_BYTES + 1)
    except OSError as error:
        raise ToolError(f"{path} cannot be read ({error.strerror}); check the name") from error


@contextmanager
def writing(path: Path) -> Iterator[BinaryIO]:
    """A file to write to that gets its name when all went well, in a folder that is made if need be; ToolError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ToolError(f"{path} cannot be written ({error.strerror}); choose another place") from error
    with outputs.writing(path) as file:
        yield file
