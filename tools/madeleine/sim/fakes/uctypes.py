"""`uctypes`: memory by its address. Only the KPU's own memory is there to be had."""

from madeleine.sim import power as _power
from madeleine.sim.world import AI_RAM as _AI_RAM
from madeleine.sim.world import world as _world


def bytearray_at(address, size):
    """The bytes at an address themselves, not a copy."""
    start = address - _AI_RAM
    if not 0 <= start <= start + size <= len(_world.ai_ram):
        raise _power.Misuse('bytearray_at(0x%x, %d) is not the AI RAM' % (address, size))
    if not _world.ai_clock:
        raise _power.Misuse('the AI RAM before the first forward: its clock may be off')
    return memoryview(_world.ai_ram)[start : start + size]
