"""Files that others name: regular, not endless, and where a name may lead."""

import errno
import lzma
import os
import stat
import struct
import zipfile
import zlib
from io import BufferedReader
from pathlib import Path

NONBLOCK = getattr(os, "O_NONBLOCK", 0)  # to open a fifo would wait for its other end; Windows has neither
BINARY = getattr(os, "O_BINARY", 0)

ZIP_DAMAGE = (  # what zipfile raises for an archive that is damaged or encrypted, or packed in a way it does not know
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
)


def opened(path: Path) -> BufferedReader:
    """A regular file, open for reading; OSError for a folder and for what has no end: a fifo, a device."""
    descriptor = os.open(path, os.O_RDONLY | NONBLOCK | BINARY)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "it is not a regular file", str(path))
    return os.fdopen(descriptor, "rb")


def read(path: Path, most_bytes: int) -> bytes:
    """The bytes of a regular file; OSError when there is none, it cannot be read, or has more than `most_bytes`."""
    with opened(path) as file:
        data = file.read(most_bytes + 1)
    if len(data) > most_bytes:
        raise OSError(errno.EFBIG, f"it is larger than {most_bytes} bytes", str(path))
    return data


def others_read(path: Path) -> bool:
    """May others on this computer read the file? Windows does not say so in the mode."""
    return os.name == "posix" and bool(path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH))


def inside(folder: Path, name: str) -> Path:
    """The path of `name` in a folder; ValueError when it leads out of it, by `..`, a link, or from the root."""
    try:
        root = folder.resolve()
        path = (root / name).resolve()
    except (OSError, RuntimeError) as error:  # a circle of links
        raise ValueError(f"{name!r} leads nowhere ({error})") from error
    if not path.is_relative_to(root):
        raise ValueError(f"{name!r} leads out of the folder {folder}")
    return path
