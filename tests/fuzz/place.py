"""One file in a folder of this process, to be written again by each case."""

import tempfile
from functools import cache
from pathlib import Path


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="madeleine-fuzz-")


def written(data: bytes, name: str = "file") -> Path:
    """The file, with these bytes."""
    path = Path(_folder().name, name)
    path.write_bytes(data)
    return path
