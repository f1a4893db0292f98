"""The kinds of records in the store's files, and what stands in each (docs/FORMATS.md, Store)."""

import ustruct
from micropython import const

import change as word
from change import encoded

_TYPING = const(0)  # mypy: always_true; the board's compiler leaves the block out
if _TYPING:
    from change import Change

# Kinds beside the header (journal.py), and their bodies.
SEAL = const(0x45)  # 'E': generation; the end of what was carried over
UNDO = const(0x55)  # 'U': serial
TAKEN_BACK = const(0x54)  # 'T': how many bytes before this record that one begins which does not count any more
LEARN = const(0x4C)  # 'L': serial, label, vector
MARK = const(0x41)  # 'A': number, vector
SETTING = const(0x53)  # 'S': name, NUL, text
FORGET = const(0x46)  # 'F': label
FORGET_GAUGE = const(0x47)  # 'G'
RENAME = const(0x52)  # 'R': label, NUL, new label

OLDER = (2, 1)  # versions that are read, and written anew
IDENTITY_BYTES = const(11)  # in a header, before the number of the generation
HEADER_BYTES = const(15)


def identity(version: int, vector_bytes: int, model: bytes) -> bytes:
    """Whose a file is: version of the format, length of a vector, and 8 bytes that name the model."""
    return ustruct.pack('<BH8s', version, vector_bytes, model)


def record(change: 'Change', serial: int) -> 'tuple[int, list[bytes]]':
    """Kind and body of a change, the body in parts; `serial` is that of a learn."""
    if change.what == word.FORGET_GAUGE:
        return FORGET_GAUGE, []
    if change.what == word.FORGET:
        return FORGET, [change.key.encode()]
    if change.what == word.RENAME:
        return RENAME, [change.key.encode(), b'\0', change.value.encode()]
    key, value = encoded(change)
    if change.what == word.LEARN:
        return LEARN, [ustruct.pack('<I', serial), key, value]
    return (MARK if change.what == word.MARK else SETTING), [key, value]


def number(body: memoryview, offset: int) -> int:
    """The u32 that ends a body."""
    if len(body) != offset + 4:
        raise ValueError(len(body))
    return int(ustruct.unpack_from('<I', body, offset)[0])
