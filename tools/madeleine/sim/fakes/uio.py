"""`uio`: files on the board's file systems, and streams in memory."""

from io import BytesIO, StringIO  # noqa: F401

from madeleine.sim.storage import File as FileIO  # noqa: F401
from madeleine.sim.world import world as _world


def open(name, mode='r'):
    storage, rest = _world.locate(name)
    return storage.open(rest, mode)
