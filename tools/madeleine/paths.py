"""Where the files of the board lie: the repository's root in a checkout, a folder of the package once installed."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
FAKES = PACKAGE / "sim/fakes"  # the stand-ins for what MicroPython and MaixPy have


def board_files() -> Path:
    """The folder with `boot.py`, `main.py`, `lib/` and `models/`."""
    checkout = PACKAGE.parent.parent
    return checkout if (checkout / "boot.py").is_file() else PACKAGE / "_board"
