"""Fixtures: the same script under the board's language, under today's MicroPython, and under CPython."""

import ast
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.micropython import npm

HERE = Path(__file__).resolve().parent
Run = Callable[..., str]


def imports_of(file: Path) -> set[str]:
    """The names of the modules that a file imports anywhere on the board, which drops what only types need."""
    found: set[str] = set()
    tree = ast.parse(file.read_text(encoding="utf-8"))
    tree.body = [node for node in tree.body if not (isinstance(node, ast.If) and ast.unparse(node.test) == "_TYPING")]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def logic_modules(lib: Path) -> list[Path]:
    """The modules of lib/ that reach no hardware, each after those it imports."""
    files = {file.stem: file for file in sorted(lib.glob("*.py"))}
    ordered: list[str] = []
    waiting = [name for name in files if name not in ("device", "vision")]
    while ready := [name for name in waiting if imports_of(files[name]) & files.keys() <= set(ordered)]:
        ordered += ready
        waiting = [name for name in waiting if name not in ready]
    return [files[name] for name in ordered]


def _package(name: str) -> str:
    try:
        return str(npm.package(name))
    except npm.Unavailable as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))
        pytest.skip(f"no MicroPython here: {error}")


def _output(command: list[str], **environment: str) -> str:
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=240,
        env={**os.environ, **environment},
        check=False,
    )
    output = done.stdout.decode("utf-8", "backslashreplace")
    assert done.returncode == 0, f"exit {done.returncode}: {output[-2000:]}\n{done.stderr.decode()[-2000:]}"
    return output


@pytest.fixture(scope="session")
def language(root: Path) -> Run:
    """Runs scripts under MicroPython 1.10, which has the language of the board, with lib's logic at hand.

    One after the other in one run: compiling lib there takes as long as a script.
    """
    package = _package(npm.LANGUAGE)
    scripts = HERE / "scripts"
    modules = [scripts / "lacking.py", *logic_modules(root / "lib"), scripts / "trace.py"]
    loaded = [word for file in modules for word in ("--mod", f"{file.stem}={file}")]
    return lambda *files: _output([*npm.node(), str(HERE / "language.cjs"), package, *loaded, *map(str, files)])


@pytest.fixture(scope="session")
def current(root: Path) -> Run:
    """Runs a script under today's MicroPython, with folders copied in and put on its path (if none: lib, scripts)."""
    package = _package(npm.CURRENT)

    def run(script: Path, *arguments: str, mounts: dict[Path, str] | None = None) -> str:
        mounts = mounts or {root / "lib": "/flash/lib", HERE / "scripts": "/scripts"}
        copied = [word for host, board in mounts.items() for word in ("--mount", f"{host}:{board}")]
        return _output([*npm.node(), str(HERE / "current.mjs"), package, *copied, str(script), *arguments])

    return run


@pytest.fixture(scope="session")
def cpython(root: Path) -> Run:
    """Runs a script in a fresh CPython with lib and the stand-ins for what only MicroPython has."""
    path = os.pathsep.join(str(root / folder) for folder in ("lib", "tools/madeleine/sim/fakes", "tools"))
    return lambda script: _output([sys.executable, str(script)], PYTHONPATH=path, PYTHONIOENCODING="utf-8")
