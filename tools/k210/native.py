"""The hook in C that Unicorn calls for each block: compiled on first use, kept in the user's cache."""

import ctypes
import functools
import hashlib
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import platformdirs

SOURCE = Path(__file__).with_name("native.c")


BUDGET, INTERRUPT, WATCH, LOOP, IDLE = range(1, 6)  # why the hook stopped a hart; 0 is not by it
_FIELDS: list[tuple[str, Any]] = [
    ("icount", ctypes.c_uint64),
    ("waited", ctypes.c_uint64),
    ("limit", ctypes.c_uint64),
    ("mip", ctypes.c_uint64),
    ("watch", ctypes.c_void_p),
    ("watch_val", ctypes.c_uint32),
    ("reason", ctypes.c_uint32),
    ("ram", ctypes.c_void_p),
    ("ram_size", ctypes.c_uint64),
    ("table", ctypes.c_void_p),
    ("kinds", ctypes.c_void_p),
    ("stop", ctypes.c_void_p),
    ("reg_read", ctypes.c_void_p),
    ("reg_mstatus", ctypes.c_int),
    ("reg_mie", ctypes.c_int),
    ("loop", ctypes.c_uint64),
    ("turns", ctypes.c_uint64),
    ("idled", ctypes.c_uint64),
    ("waiting", ctypes.c_uint64),
    ("wait_end", ctypes.c_uint64),
    ("profile_on", ctypes.c_uint32),
    ("profile", ctypes.c_void_p),
]


class Control(ctypes.Structure):
    """What the hook and the run loop say to each other: `control_t` of native.c, which explains the fields."""

    _fields_ = _FIELDS
    icount: int
    waited: int
    limit: int
    mip: int
    watch: int | None
    watch_val: int
    reason: int
    loop: int
    profile_on: int
    profile: int | None


@functools.cache
def load() -> ctypes.CDLL:
    """The compiled hook; CalledProcessError or OSError without a C compiler (`cc`, or what CC names)."""
    source = SOURCE.read_bytes()
    library = _cache() / f"native-{hashlib.sha256(source).hexdigest()[:16]}.so"
    if not library.exists():
        half = library.with_suffix(f".{os.getpid()}")  # another process may be compiling the same
        compiler = os.environ.get("CC", "cc")
        subprocess.run([compiler, "-O2", "-shared", "-fPIC", "-o", str(half), str(SOURCE)], check=True)  # noqa: S603
        half.replace(library)
    return ctypes.CDLL(str(library))


def _cache() -> Path:
    """The user's own folder for compiled code; one in the temporary folder where the home cannot be written to."""
    home = platformdirs.user_cache_path("k210", appauthor=False)
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        return Path(tempfile.mkdtemp(prefix="k210-"))
    return home
