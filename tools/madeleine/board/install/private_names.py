"""Shorter private names for the compiled app: the board keeps each name that it has ever met, in its heap.

MicroPython 1.11 keeps names in tables, each twice as large as the one before (qstr.c): the seventh, 10 KB in one piece,
comes after 1,260 names and may come in the middle of a lesson. Modules do not see each other's private names, so they
share a few short ones. Lines stay where they are: a traceback names the right file and line.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterator

PRIVATE = re.compile(r"_[A-Za-z]\w*(?<!__)")


def shorten(modules: dict[str, bytes]) -> dict[str, bytes]:
    """The same modules, {name: source}, with short private names, the same in each call."""
    short = _short_names(modules)
    return {module: _renamed(source, short) for module, source in modules.items()}


def _short_names(modules: dict[str, bytes]) -> dict[str, str]:
    """A short name for each private one; two that may meet in a namespace do not share one."""
    constants = set().union(*(_constants(source) for source in modules.values()))
    own = {module: _private(source) - constants for module, source in modules.items()}
    groups = [set().union(*(own.get(name, set()) for name in (module, *_bases(modules[module])))) for module in own]
    short: dict[str, str] = {}
    for name in sorted(set().union(*groups), key=lambda name: (-sum(name in group for group in groups), name)):
        taken = {short.get(other) for group in groups if name in group for other in group}
        short[name] = next(f"_{number}" for number in range(len(short) + 1) if f"_{number}" not in taken)
    return short


def _private(source: bytes) -> set[str]:
    return {token.string for token in _names(source) if PRIVATE.fullmatch(token.string)}


def _constants(source: bytes) -> set[str]:
    """Names for const(): the compiler leaves the private ones out."""
    return {
        target.id
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Assign) and "const(" in ast.unparse(node.value)
        for target in ast.walk(node)
        if isinstance(target, ast.Name)
    }


def _bases(source: bytes) -> Iterator[str]:
    """The modules whose classes those of this one may derive from."""
    tree = ast.parse(source)
    home = {
        alias.name: str(node.module)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    for node in ast.walk(tree):
        for base in node.bases if isinstance(node, ast.ClassDef) else ():
            name = ast.unparse(base).partition(".")[0]
            yield home.get(name, name)


def _renamed(source: bytes, short: dict[str, str]) -> bytes:
    lines = source.decode().splitlines(keepends=True)
    for token in reversed(list(_names(source))):
        if token.string in short:
            row, column = token.start[0] - 1, token.start[1]
            lines[row] = lines[row][:column] + short[token.string] + lines[row][column + len(token.string) :]
    return "".join(lines).encode()


def _names(source: bytes) -> Iterator[tokenize.TokenInfo]:
    return (token for token in tokenize.tokenize(io.BytesIO(source).readline) if token.type == tokenize.NAME)
