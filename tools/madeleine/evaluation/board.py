"""The board's own modules, so that an evaluation decides by the camera's code and not by a copy of it."""

from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from typing import Any

from madeleine.errors import ToolError
from madeleine.paths import board_files


@cache
def board_module(name: str) -> Any:
    """A module of `lib/` that imports no other of them, such as `features`."""
    path = board_files() / "lib" / f"{name}.py"
    spec = spec_from_file_location(f"madeleine_board_{name}", path)
    if spec is None or spec.loader is None or not path.is_file():
        raise ToolError(f"{path} is missing; install the toolbox again")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
