"""What goes onto the camera's flash: the app's files, as they are or as one pack."""

import zlib
from collections.abc import Callable
from pathlib import Path

from madeleine.board.install.pack import byte_code, pack
from madeleine.board.install.private_names import shorten
from madeleine.errors import ToolError

PACK = "lib/app.pack"
BESIDE_PACK = ("boot.py", "lib/pack.py", "lib/version.py")  # what reads it, and what the doctor reads
SPARES = {"lib/spare.pack": PACK, "lib/spare.py": "lib/pack.py"}  # second copies (lib/pack.py)
Files = dict[str, bytes]  # name on flash: content


def app_files(root: Path) -> Files:
    """boot.py, main.py and lib/*.py of a folder, as they are named on flash; ToolError when one is missing."""
    paths = [root / "boot.py", root / "main.py", *sorted((root / "lib").glob("*.py"))]
    if len(paths) < 3:
        raise ToolError(f"{root / 'lib'} has no modules: is this installation of madeleine whole?")
    try:
        return {path.relative_to(root).as_posix(): path.read_bytes() for path in paths}
    except OSError as error:
        raise ToolError(f"{error.filename}: {error.strerror}: is this installation of madeleine whole?") from error


def packed(files: Files, names: Callable[[Files], Files] = shorten) -> Files | None:
    """The same app as one file of compiled modules and what reads it, both twice; None without compiler or reader.

    names: what the private names become; `dict` leaves them as they are, for those who look into them.
    """
    if not files.keys() >= set(BESIDE_PACK):
        return None
    modules: Files = {}
    sources = {Path(name).stem: source for name, source in files.items() if name != "boot.py"}
    for name, source in names(sources).items():
        code = byte_code(name, source)  # called as import calls it: not one more name in the heap
        if code is None:
            return None
        modules[name] = code
    form = {name: files[name] for name in BESIDE_PACK} | {PACK: pack(modules)}
    return form | {spare: form[name] for spare, name in SPARES.items()}


def wanted(files: Files) -> list[tuple[str, int, int]]:
    """(name, size, CRC-32) of each file, as the board's half takes them."""
    return [(name, len(content), zlib.crc32(content)) for name, content in files.items()]
