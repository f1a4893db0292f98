"""Imports the board's modules from its folders; a source is compiled once a process, however often a board starts."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from importlib.machinery import SOURCE_SUFFIXES, FileFinder, SourceFileLoader
from pathlib import Path
from types import CodeType
from typing import Any

MODULES = 512  # of several editions of the app and its stand-ins


class Loader(SourceFileLoader):
    """As Python's own, but for the compiler. It leaves no byte code: a folder holds what is on flash, nothing else."""

    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        try:
            return _in(_compiled(self.get_data(path)), path)
        except SyntaxError as error:
            error.filename = path
            raise


@lru_cache(MODULES)
def _compiled(source: bytes) -> CodeType:
    return compile(source, "", "exec", dont_inherit=True)


def _in(code: CodeType, path: str) -> CodeType:
    """The same code in a file of this name, which tracebacks show."""
    inner = tuple(_in(part, path) if isinstance(part, CodeType) else part for part in code.co_consts)
    return code.replace(co_filename=path, co_consts=inner)


@contextmanager
def imports_from(folders: Iterable[Path]) -> Iterator[None]:
    """Meanwhile modules under these folders are imported so."""
    roots = tuple(folders)
    hook = _hook(roots)
    _forget_finders(roots)
    sys.path_hooks.insert(0, hook)
    try:
        yield
    finally:
        sys.path_hooks.remove(hook)
        _forget_finders(roots)


def _hook(roots: tuple[Path, ...]) -> Callable[[str], Any]:
    found = FileFinder.path_hook((Loader, SOURCE_SUFFIXES))

    def hook(path: str) -> Any:
        if not _is_under(path, roots):
            raise ImportError(path)
        return found(path)

    return hook


def _forget_finders(roots: tuple[Path, ...]) -> None:
    for path in [path for path in sys.path_importer_cache if _is_under(path, roots)]:
        del sys.path_importer_cache[path]


def _is_under(path: str, roots: tuple[Path, ...]) -> bool:
    return any(Path(path).is_relative_to(root) for root in roots)
