"""The K210 emulator: runs MaixPy firmware for the M5StickV without the board.

`Emulator(image)` is a board, `run_to_repl` starts it, `exec` runs Python on it. README.md says what it can do.
"""

from .emulator import Emulator
from .errors import EmuError, EmuTimeout, MachineFault

__all__ = ["EmuError", "EmuTimeout", "Emulator", "MachineFault"]
