"""Packages (.kfpkg) as others could write them: parts that fit the flash, or a refusal in one line.

python -m tests.fuzz.packages --cases 100000 --seed 1
"""

import io
import json
import warnings
import zipfile
from itertools import pairwise
from random import Random
from typing import Any

from madeleine.board.flash.package import FLASH_BYTES, LIST, pack, read
from madeleine.errors import ToolError

from tests.fuzz import noise
from tests.fuzz.harness import main
from tests.fuzz.place import written

NAMES = ("firmware.bin", "model.kmodel", "out/a.bin", "../../x", "/etc/x", "日本.bin", "a b", "", "x" * 300)
ADDRESSES = (0, 0x300000, 0xD00000, 0xFFFFFF, FLASH_BYTES, -1, "0x10000", "65536", "0x", 1.5, None, True, 10**30)
PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
KEYS = ("address", "bin", "sha256Prefix", "reverse4Bytes", "more")


def case(random: Random) -> None:
    """A list and entries, right in most places, in a zip that is whole two times in three."""
    data = _zip(random)
    if random.random() < 0.3:
        data = noise.corrupted(random, data, len(data))
    path = written(data, "some.kfpkg")
    try:
        parts = read(path)
    except ToolError as error:
        assert "\n" not in str(error) and len(str(error)) < 500, str(error)
        return
    ordered = sorted(parts, key=lambda part: part.address)
    assert ordered and ordered[0].address >= 0 and ordered[-1].end <= FLASH_BYTES
    assert all(part.end <= after.address for part, after in pairwise(ordered))
    assert not any("/" in part.name for part in parts)
    assert read(written(pack(parts), "again.kfpkg")) == parts


def _zip(random: Random) -> bytes:
    file = io.BytesIO()
    names = random.sample(NAMES[:2] if random.random() < 0.5 else NAMES, random.randrange(1, 3))
    folder = random.choice(("", "", "package/", "../"))
    with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(file, "w", random.choice(PACKINGS)) as archive:
        for _ in range(random.choice((1, 1, 1, 1, 0, 2))):
            archive.writestr(zipfile.ZipInfo(folder + LIST), _list(random, names))
        for name in names[random.choice((0, 0, 0, 1)) :]:
            archive.writestr(zipfile.ZipInfo(folder + name), random.randbytes(random.choice((0, 1, 5, 300))))
    return file.getvalue()


def _list(random: Random, names: list[str]) -> bytes:
    rows = [_row(random, number, name) for number, name in enumerate(names)]
    listed = noise.data(random) if random.random() < 0.05 else {"version": "0.1.0", "files": rows}
    data = noise.json_bytes(listed)
    if random.random() < 0.3:
        data = random.choice((b"\xef\xbb\xbf", b"// a comment\n", b"")) + data.replace(b"}]", b"},]")
    return noise.damaged(random, data) if random.random() < 0.3 else data


def _row(random: Random, number: int, name: str) -> dict[str, Any]:
    row: dict[str, Any] = {"address": number << 20, "bin": name, "sha256Prefix": bool(number)}
    if random.random() < 0.3:
        row["address"] = random.choice(ADDRESSES)
    if random.random() < 0.1:
        row[random.choice(KEYS)] = noise.data(random)
    if random.random() < 0.05:
        row.pop(random.choice(KEYS), None)
    return json.loads(json.dumps(row))


if __name__ == "__main__":
    main(case)
