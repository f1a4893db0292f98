"""`audio`: numbers to be played."""

from madeleine.sim.world import world as _world


class Audio:
    """What lies in a buffer, which is not copied."""

    def __init__(self, *, array):
        if _world.troubles['sound_broken']:
            raise OSError(5)
        self._array = array

    def to_bytes(self):
        return bytes(self._array)
