"""Files the toolbox writes: whole or not at all, so that an interruption leaves what was there."""

import os
from pathlib import Path

from madeleine.errors import ToolError


def write_whole(path: Path, data: bytes) -> None:
    """Writes a file beside its place and moves it there when it is on the disk; ToolError when it cannot be written."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise ToolError(f"{path} cannot be written ({error.strerror}); choose another place") from error
