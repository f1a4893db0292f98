"""Loads the board's modules under names of their own, as madeleine.device.NAME.

What they import is looked for in lib/, then among the stand-ins, then on the host. `import` means that in these modules
alone: sys.path stays as it is, and no `command` or `ujson` of the board gets in the way of another package.
"""

import builtins
import sys
from collections.abc import Mapping, Sequence
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import module_from_spec
from pathlib import Path
from threading import RLock
from types import ModuleType

from madeleine.paths import FAKES, board_files

PACKAGE = __name__.rpartition(".")[0]
_lock = RLock()  # two threads must not get two modules of one name


class Loader(SourceFileLoader):
    """Executes a module of the board, with an `import` of its own."""

    def exec_module(self, module: ModuleType) -> None:
        vars(module)["__builtins__"] = vars(builtins) | {"__import__": board_import}
        super().exec_module(module)


def load(name: str) -> ModuleType:
    """The board's module of this name; AttributeError when there is none."""
    full_name = f"{PACKAGE}.{name}"
    with _lock:
        if full_name in sys.modules:
            return sys.modules[full_name]
        file = find(name)
        if file is None:
            raise AttributeError(f"module {PACKAGE!r} has no attribute {name!r}")
        loader = Loader(full_name, str(file))
        spec = ModuleSpec(full_name, loader, origin=loader.path)
        spec.has_location = True  # so that tracebacks and debuggers find the file
        module = module_from_spec(spec)
        loader.exec_module(module)
        sys.modules[full_name] = module  # only now: modules of the board never import in circles
        return module


def find(name: str) -> Path | None:
    """The file of a module of the board or of its stand-in."""
    paths = (folder / f"{name}.py" for folder in (board_files() / "lib", FAKES))
    return next((path for path in paths if path.is_file()), None)


def board_import(
    name: str,
    globals: Mapping[str, object] | None = None,
    locals: Mapping[str, object] | None = None,
    fromlist: Sequence[str] = (),
    level: int = 0,
) -> ModuleType:
    """`import`, as the board's modules mean it."""
    if find(name) is not None:
        return load(name)
    return __import__(name, globals, locals, fromlist, level)
