"""A folder of the host that holds the files of a board: each is written whole or not at all, and no name leads out."""

import errno
from pathlib import Path

from madeleine.inputs import inside

PART = ".part of madeleine"  # a file that is not whole yet


def host_path(folder: Path, name: str) -> Path:
    """Where a file lies on the host; OSError when a link on the way leads out of the folder."""
    path = folder.absolute() / name
    try:
        inside(folder, str(path.parent))
    except ValueError as error:
        raise OSError(errno.EINVAL, str(error)) from error
    return path


def place(folder: Path, name: str, data: bytes | bytearray) -> None:
    """Writes a file of a folder on the host, whole or not at all; it takes the place of a link of that name."""
    path = host_path(folder, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(PART)
    try:
        part.write_bytes(data)
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)  # the disk is full: of that, too
        raise
