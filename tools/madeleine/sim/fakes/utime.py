"""`utime`: the virtual clock. Only sleeping and taking pictures make time pass."""

from madeleine.sim.world import world as _world


def ticks_ms():
    _world.check_interrupt()
    return _world.now_ms - _world.booted_ms


def ticks_us():
    return ticks_ms() * 1000


def ticks_cpu():
    return ticks_ms() * 416000


def ticks():
    return ticks_ms()


def ticks_diff(end, start):
    return end - start


def ticks_add(start, delta):
    return start + delta


def sleep_ms(ms):
    _world.sleep_ms(ms)


def sleep_us(us):
    _world.sleep_ms(us // 1000)


def sleep(seconds):
    _world.sleep_ms(int(seconds * 1000))


def time():
    """Seconds since the epoch of this build, which starts at the same moment at every boot."""
    return _world.build.first_second + ticks_ms() // 1000


class clock:
    """Frames per second since the last reset."""

    def __init__(self):
        self.reset()

    def reset(self):
        self._frames, self._start = 0, ticks_ms()

    def tick(self):
        self._frames += 1

    def fps(self):
        ms = ticks_ms() - self._start
        return self._frames * 1000 / ms if ms else 0.0

    def avg(self):
        return (ticks_ms() - self._start) / self._frames if self._frames else 0.0
