"""What ends a run of the virtual board. None is an `Exception`: no handler of the app may swallow one."""


class PowerOff(BaseException):
    """The board was switched off: by the app, or because the scenario is over."""


class PowerCut(BaseException):
    """The plug was pulled; what was not flushed to flash is lost."""


class Reset(BaseException):
    """The processor starts again: `machine.reset()` or a watchdog that was not fed."""


class Misuse(BaseException):
    """The app did what a real board answers with damage or silence: crashed memory, a dark screen, a dead button."""
