"""What goes where in the board's flash: firmware, models, and the packages (.kfpkg) that carry both."""

import hashlib
import io
import json
import re
import struct
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import Any

import json5

from madeleine.errors import ToolError, UsageError
from madeleine.inputs import ZIP_DAMAGE, opened

FLASH_BYTES = 16 << 20
FILES_ADDRESS = 0xD00000  # the file system /flash, to the end (firmware/README.md)
LIST = "flash-list.json"
FLAG_DIO = b"\x02"  # how the boot ROM shall read: two data lines, not encrypted
KMODELS = (b"\x03\0\0\0", b"LDMK")  # how models of version 3, and of 4 and later begin
PLAIN_NAME = re.compile(r"[\w][\w.+-]*")
LIST_MAX_BYTES = 64 << 10
MOST_ROWS = 64
SHOWN = 100  # characters of what a package says of itself, in a refusal


@dataclass(frozen=True)
class Part:
    """Bytes for one place. A firmware gets a header and a SHA-256 on its way: the boot ROM starts nothing else."""

    name: str
    address: int
    data: bytes
    firmware: bool
    caution: str = ""  # for the plan

    def image(self) -> bytes:
        """The very bytes that shall lie in flash."""
        if not self.firmware:
            return self.data
        body = FLAG_DIO + struct.pack("<I", len(self.data)) + self.data
        return body + hashlib.sha256(body).digest()

    @property
    def end(self) -> int:
        """The first address behind it."""
        return self.address + len(self.image())

    def __str__(self) -> str:
        return f"{self.name} at 0x{self.address:06x} to 0x{self.end - 1:06x}"


def check(parts: Sequence[Part]) -> None:
    """ToolError unless these can be packed and written: something, in the flash, under plain names, not overlapping."""
    if not parts:
        raise UsageError(
            "there is nothing to write; give --firmware NAME (`madeleine firmware list`), --model NAME or a package; "
            "`madeleine setup` writes all that a camera needs"
        )
    names = {LIST}
    for part in parts:
        if not PLAIN_NAME.fullmatch(part.name):
            raise ToolError(
                f"{part.name[:SHOWN]!r} is not a valid name in a package; rename the file: letters, digits, . _ + -"
            )
        if part.name in names:
            raise ToolError(f"two files of the package are called {part.name}; rename one")
        if not part.data:
            raise ToolError(f"{part.name} is empty; fetch it again")
        if part.address < 0 or part.end > FLASH_BYTES:
            raise ToolError(f"{part} does not fit; the flash ends at 0x{FLASH_BYTES - 1:06x}")
        names.add(part.name)
    ordered = sorted(parts, key=lambda part: part.address)
    for first, second in pairwise(ordered):
        if first.end > second.address:
            raise ToolError(f"{first} runs into {second}; write one of them")


def read(path: Path) -> list[Part]:
    """The parts of a package, or the one of a plain firmware; ToolError when it is neither."""
    try:
        with opened(path) as file:
            data = file.read(FLASH_BYTES + 1)
    except OSError as error:
        raise ToolError(f"{path} cannot be read ({error.strerror}); check the name") from error
    if data.startswith(b"PK"):
        return _unpack(path, data)
    if data.startswith(b"\x7fELF"):
        raise ToolError(f"{path} is an ELF file, which no flash can start; take the .bin of the same build")
    if data.startswith(KMODELS):
        raise ToolError(f"{path} is a model and no firmware; give it with --model")
    parts = [Part(path.name, 0, data, firmware=True)]
    check(parts)
    return parts


def pack(parts: Sequence[Part]) -> bytes:
    """A package as kflash and kflash_gui take it; the same bytes for the same parts.

    Both read the list with a regular expression before they read it as JSON: one key a line, `address` first and bare.
    """
    check(parts)
    rows = [{"address": part.address, "bin": part.name, "sha256Prefix": part.firmware} for part in parts]
    listed = json.dumps({"version": "0.1.0", "files": rows}, indent=1, ensure_ascii=False)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in [(LIST, listed.encode()), *((part.name, part.data) for part in parts)]:
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _unpack(path: Path, data: bytes) -> list[Part]:
    """Nothing is extracted: names in a package never become names of files."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            lists = [name for name in archive.namelist() if PurePosixPath(name).name == LIST]
            if len(lists) != 1:
                raise ToolError(f"{path} is a zip with {len(lists)} files {LIST}, not a package for a K210")
            rows = _rows(path, _content(path, archive, lists[0], LIST_MAX_BYTES))
            folder = lists[0].removesuffix(LIST)
            parts = [_part(path, archive, folder, row) for row in rows]
    except ZIP_DAMAGE as error:
        raise ToolError(f"{path} is damaged ({str(error)[:SHOWN]}); fetch it again") from error
    check(parts)
    return parts


def _content(path: Path, archive: zipfile.ZipFile, name: str, most_bytes: int = FLASH_BYTES) -> bytes:
    try:
        found = archive.getinfo(name)
    except KeyError:
        raise ToolError(f"{path} lists {name[:SHOWN]!r} but does not hold it; fetch it again") from None
    if found.file_size > most_bytes:
        raise ToolError(
            f"{path}: {name[:SHOWN]!r} has {found.file_size} bytes, and at most {most_bytes} have room; "
            "it is for another board"
        )
    return archive.read(found)


def _rows(path: Path, listed: bytes) -> list[dict[str, Any]]:
    """The rows of the list, each of another file. Bare hexadecimals, comments and a last comma are usual: JSON5."""
    try:
        rows = json5.loads(listed.decode("utf-8-sig"))["files"]
        known = [{key: row[key] for key in ("address", "bin", "sha256Prefix")} for row in rows]
        turned = [row["bin"] for row in rows if row.get("reverse4Bytes")]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        why = str(error).splitlines()[0][:100]
        raise ToolError(f"{path}: its {LIST} is not valid ({why}); make it again with: madeleine pack") from error
    if turned:
        raise ToolError(
            f"{path} wants the bytes of {str(turned[0])[:SHOWN]!r} turned (reverse4Bytes); write it with kflash_gui"
        )
    names = [str(row["bin"]) for row in known]
    if len(set(names)) < len(names) or len(names) > MOST_ROWS:
        raise ToolError(f"{path}: its {LIST} has a file twice, or more than {MOST_ROWS}; make it again")
    return known


def _part(path: Path, archive: zipfile.ZipFile, folder: str, row: dict[str, Any]) -> Part:
    name, address, firmware = row["bin"], row["address"], row["sha256Prefix"]
    try:
        address = int(address, 0) if isinstance(address, str) else address
    except ValueError:
        address = None
    if not (isinstance(name, str) and type(address) is int and isinstance(firmware, bool)):
        shown = repr(row)[:SHOWN]
        raise ToolError(f"{path}: its {LIST} has a row that is not valid ({shown}); make it again with: madeleine pack")
    return Part(PurePosixPath(name).name, address, _content(path, archive, folder + name), firmware)
