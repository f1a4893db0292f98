"""What the emulator raises."""


class EmuError(Exception):
    """The program on the board raised, or did not do what was waited for."""


class EmuTimeout(EmuError):
    """What was waited for did not come in time; the message holds the console's last output."""


class MachineFault(Exception):
    """The processor came to a state that the emulator cannot go on from; the message holds its registers."""
