"""The board's own logic for the toolbox: the grammar of cards, the features, the link, as they are in `lib/`."""

from functools import cache
from importlib import import_module
from typing import Any

from madeleine.paths import board_files
from madeleine.sim.board import board_modules

NAMES = ("change", "command", "engines", "features", "memory", "nearest", "store", "version")


@cache
def _modules() -> dict[str, Any]:
    with board_modules({"/flash": board_files() / "lib"}):
        return {name: import_module(name) for name in NAMES}


def logic(name: str) -> Any:
    """The module `lib/NAME.py`; nothing of it is written twice for the host."""
    return _modules()[name]
