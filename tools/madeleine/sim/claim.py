"""A flash folder is of one program at a time: two boards would each write their own files over the other's."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from madeleine.errors import ToolError
from madeleine.sim.folder import PART
from madeleine.sim.storage import PAGE_BYTES

with suppress(ImportError):  # Windows
    import fcntl


@contextmanager
def claimed(folder: Path | None) -> Iterator[None]:
    """Makes the folder, if need be, and holds it; ToolError when another program does, or it cannot be written.

    The system lets go of it when this process ends, however that comes about. Windows knows no locks of folders.
    """
    if folder is None:
        yield
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        held = os.open(folder, os.O_RDONLY) if os.name == "posix" else None
    except OSError as error:
        raise _unusable(folder, error) from error
    try:
        if held is not None:
            _lock(folder, held)
        _try_out(folder)
        yield
    finally:
        if held is not None:
            os.close(held)


def _lock(folder: Path, held: int) -> None:
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise ToolError(
            f"{folder} is the flash of a board that runs already; end that program, or give another folder with --flash"
        ) from error
    except OSError:  # a file system without locks
        return


def _try_out(folder: Path) -> None:
    part = folder / PART
    try:
        part.write_bytes(bytes(PAGE_BYTES))
    except OSError as error:
        raise _unusable(folder, error) from error
    finally:
        with suppress(OSError):
            part.unlink()


def _unusable(folder: Path, error: OSError) -> ToolError:
    return ToolError(f"{folder} cannot be written ({error.strerror}); make room, or give another folder with --flash")
