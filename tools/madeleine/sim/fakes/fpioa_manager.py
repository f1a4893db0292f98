"""`fpioa_manager`: which function is on which pin."""

from Maix import FPIOA
from madeleine.sim.world import world as _world


class Fpioa_Manager:
    def __init__(self):
        self.fpioa = FPIOA()

    def register(self, pin, function, force=False):
        """1 when it is done; a tuple, and nothing done, when one of the two is taken and `force` is not set."""
        taken = [(p, f) for p, f in _world.pins.items() if p == pin or f == function]
        if taken and not force:
            return taken[0]
        _set(pin, function)
        return 1

    def unregister(self, pin, function):
        if _world.pins.get(pin) == function:
            del _world.pins[pin]


class _NewManager:
    """As from v0.6.3 on: forced unless told otherwise."""

    fpioa = FPIOA()

    @staticmethod
    def register(pin, function, force=True):
        if not force and (pin in _world.pins or function in _world.pins.values()):
            raise Exception('pin %d or its function is taken' % pin)
        _set(pin, function)

    @staticmethod
    def unregister(pin):
        _world.pins.pop(pin, None)


fm = _NewManager if _world.build.fm_class else Fpioa_Manager()


def _set(pin, function):
    if not isinstance(pin, int) or not 0 <= pin < 48:
        raise ValueError('pin %r' % (pin,))
    if not isinstance(function, int) or not 0 <= function < 256:
        raise ValueError('function %r' % (function,))
    for other in list(_world.pins):
        if _world.pins[other] == function:
            del _world.pins[other]
    _world.pins[pin] = function
