"""`micropython`: what the app uses of it."""

from madeleine.sim.world import world as _world


def const(value):
    """Folded by the board's compiler; here it is just its value."""
    return value


def kbd_intr(character):
    """The byte that interrupts the program when it arrives on USB; -1: none does."""
    _world.kbd_intr = character
