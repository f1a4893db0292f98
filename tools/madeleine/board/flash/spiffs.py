"""The camera's file system /flash as an image that MaixPy mounts: SPIFFS, with files on it from the start.

The layout is that of spiffs_nucleus.h (pellepl/spiffs) with the sizes of MaixPy's build for the M5StickV
(projects/maixpy_m5stickv/config_defaults.mk). No well-kept library writes it.
"""

import struct
from collections.abc import Mapping, Sequence

from madeleine.errors import ToolError

BLOCKS, BLOCK_PAGES, PAGE_BYTES = 24, 32, 4096  # the first page of a block is its table: a number for each other page
TABLED_PAGES = BLOCK_PAGES - 1
FREE_BLOCKS = 2  # SPIFFS makes room with these
NAME_BYTES = 129  # with the slash before it and a zero after it, and one that makes the length even
MAGIC = 0x20140529 ^ PAGE_BYTES
INDEX = 0x8000  # in the number of a file: this page is its index
DATA_FLAGS, INDEX_FLAGS = 0xFC, 0xF8  # a cleared bit says yes: used, final, and for the third one index
HEAD = struct.Struct("<HHB")  # of every page: number of the file, which page of it, flags
ENTRY = struct.Struct("<3xIB")  # after the head of an index: bytes of the file, kind
NO_BYTES, REGULAR = 0xFFFFFFFF, 1
DATA_BYTES = PAGE_BYTES - HEAD.size
ERASED = b"\xff"
Page = tuple[int, bytes]  # its number in the table, its content


def image(files: Mapping[str, bytes]) -> bytes:
    """The whole file system with these files, {name on flash: content}; ToolError when they do not fit."""
    pages: list[Page] = []
    for number, (name, content) in enumerate(files.items(), 1):
        pages += _pages(number, name, content, len(pages))
    if len(pages) > (BLOCKS - FREE_BLOCKS) * TABLED_PAGES:
        raise ToolError("the files do not fit into /flash; leave out a --writing")
    return b"".join(_block(at, pages[at * TABLED_PAGES : (at + 1) * TABLED_PAGES]) for at in range(BLOCKS))


def _pages(number: int, name: str, content: bytes, before: int) -> list[Page]:
    """The index of a file and its data, where `before` pages of other files lie before them."""
    pieces = [content[start : start + DATA_BYTES] for start in range(0, len(content), DATA_BYTES)]
    places = [_place(before + 1 + at) for at in range(len(pieces))]
    head = HEAD.pack(number | INDEX, 0, INDEX_FLAGS) + ENTRY.pack(len(content) or NO_BYTES, REGULAR)
    index = head + f"/{name}".encode().ljust(NAME_BYTES, b"\0") + struct.pack(f"<{len(places)}H", *places)
    data = [(number, HEAD.pack(number, at, DATA_FLAGS) + piece) for at, piece in enumerate(pieces)]
    return [(number | INDEX, index), *data]


def _place(at: int) -> int:
    """Which page of the file system the `at`-th page is, tables counted."""
    block, page = divmod(at, TABLED_PAGES)
    return block * BLOCK_PAGES + 1 + page


def _block(at: int, pages: Sequence[Page]) -> bytes:
    """A block; its table ends with a mark that depends on how many blocks follow, and how often it was erased."""
    numbers = struct.pack(f"<{len(pages)}H", *(number for number, _ in pages))
    mark = struct.pack("<HH", (MAGIC ^ (BLOCKS - at)) & 0xFFFF, 0)
    table = numbers.ljust(PAGE_BYTES - len(mark), ERASED) + mark
    whole = b"".join(content.ljust(PAGE_BYTES, ERASED) for content in (table, *(content for _, content in pages)))
    return whole.ljust(BLOCK_PAGES * PAGE_BYTES, ERASED)
