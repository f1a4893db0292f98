"""Keras' arrays (.npz) as `model build` takes them: a network of finite numbers, or a refusal that names the file.

python -m tests.fuzz.arrays --cases 30000 --seed 1
"""

import io
import zipfile
from functools import cache
from random import Random

import numpy as np
from madeleine.errors import ToolError
from madeleine.kpu.compiler.graph import ConvNode
from madeleine.kpu.importers.read_keras import read_keras

from tests.fuzz import noise
from tests.fuzz.harness import main
from tests.fuzz.place import written
from tests.kpu.keras_arrays import keras_arrays

SHAPES = ("(3,3,3,True)", "(2,", "()", "(-1,)", "(4294967296, 4294967296)", "[2]", "(2,)" * 50, "(" * 500, "2", "(0,)")
KINDS = ("<f4", "<f8", ">f2", "|O", "<U5", "<c16", "|V8", "f4", "<f3", "<m8[s]", "'", "<i4")
PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
EARLY = 8  # arrays that are read first: damage to others is mostly not reached


@cache
def _entries() -> dict[str, bytes]:
    made = {}
    for name, array in keras_arrays().items():
        file = io.BytesIO()
        np.save(file, array)
        made[name + ".npy"] = file.getvalue()
    return made


def case(random: Random) -> None:
    """An array or two damaged, and one time in five the archive."""
    entries = dict(_entries())
    for _ in range(random.choice((0, 1, 1, 1, 2, 4))):
        name = random.choice(list(entries)[: EARLY if random.random() < 0.3 else None])
        entries[name] = _damaged(random, entries[name])
    if random.random() < 0.1:
        entries.pop(random.choice(list(entries)))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", random.choice(PACKINGS[: 4 if random.random() < 0.1 else 1])) as archive:
        for name, data in entries.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    data = file.getvalue()
    if random.random() < 0.2:
        data = noise.corrupted(random, data, 64)
    path = written(data, "some.npz")
    try:
        graph = read_keras(path, same_padding=random.random() < 0.5, head=random.random() < 0.5)
    except ToolError as error:
        assert path.name in str(error) and "\n" not in str(error), str(error)
        return
    assert all(np.isfinite(node.weights).all() for node in graph.nodes if isinstance(node, ConvNode))


def _damaged(random: Random, data: bytes) -> bytes:
    """An npy with another header, or other bytes."""
    if random.random() < 0.3:
        return noise.corrupted(random, data, 12)
    if random.random() < 0.3:
        return noise.damaged(random, data)
    header = f"{{'descr': {random.choice(KINDS)!r}, 'fortran_order': False, 'shape': {random.choice(SHAPES)}, }}"
    if random.random() < 0.3:
        header = noise.damaged(random, header.encode()).decode("latin-1")
    raw = header.encode("latin-1") + b"\n"
    return b"\x93NUMPY\x01\0" + len(raw).to_bytes(2, "little") + raw + data[128:]


if __name__ == "__main__":
    main(case)
