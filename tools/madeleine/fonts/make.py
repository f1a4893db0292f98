"""Makes the camera's font files (docs/FORMATS.md, Fonts) from fonts with outlines."""

import struct
import zlib
from contextlib import suppress
from functools import cache
from pathlib import Path

import numpy as np
import PIL
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from madeleine.device import language, letters, typeface
from madeleine.errors import ToolError
from madeleine.fonts.writings import LATIN, SOURCES, Face, Source
from madeleine.outputs import write_whole
from madeleine.paths import board_files

LEVELS = 4  # of grey
MARGIN_PX = 4  # around a cell, for what hangs over
LARGEST_RECORD = 255
Glyph = tuple[int, int, NDArray[np.uint8], int]  # left, top, levels (height, width), advance


class Sizer:
    """A font at one of the camera's sizes."""

    def __init__(self, source: Source, face: Face, size: int) -> None:
        font = ImageFont.truetype(source.path(), face.em_px, layout_engine=ImageFont.Layout.BASIC)
        wanted = {b"Weight": face.weight, b"Width": face.width}
        font.set_variation_by_axes([wanted[axis["name"]] for axis in font.get_variation_axes()])
        self._font = font
        self._line_px, self._baseline_px = letters.LINES_PX[size], typeface.BASELINES_PX[size]
        self._missing = self._drawn("\U0010ffff")

    def glyph(self, character: str) -> Glyph | None:
        """The character, cut to the line and to its ink; None when the font lacks it."""
        levels = self._drawn(character)
        if character.isprintable() and np.array_equal(levels, self._missing):
            return None
        rows, columns = np.flatnonzero(levels.any(axis=1)), np.flatnonzero(levels.any(axis=0))
        advance = round(self._font.getlength(character))
        if not rows.size:
            return 0, 0, levels[:0, :0], advance
        left, top = int(columns[0]), int(rows[0])
        return left - MARGIN_PX, top, levels[top : rows[-1] + 1, left : columns[-1] + 1], advance

    def _drawn(self, character: str) -> NDArray[np.uint8]:
        """Levels of grey 0..3, (height of the line, width with margins)."""
        width = round(self._font.getlength(character)) + 2 * MARGIN_PX
        cell = Image.new("L", (width, self._line_px))
        ImageDraw.Draw(cell).text((MARGIN_PX, self._baseline_px), character, 255, self._font, anchor="ls")
        return np.round(np.asarray(cell) * ((LEVELS - 1) / 255)).astype(np.uint8)


def packed(levels: NDArray[np.uint8]) -> bytes:
    """Four pixels a byte, the first one in the high bits, row after row without a gap."""
    pixels = np.concatenate([levels.ravel(), np.zeros(-levels.size % 4, np.uint8)]).reshape(-1, 4)
    return (pixels @ np.array([64, 16, 4, 1], np.uint8)).astype(np.uint8).tobytes()


def record(glyphs: list[Glyph]) -> bytes:
    """Both sizes of a character, as the file has them."""
    heads = b"".join(struct.pack("<bBBBB", x, y, ink.shape[1], ink.shape[0], wide) for x, y, ink, wide in glyphs)
    body = heads + b"".join(packed(ink) for _, _, ink, _ in glyphs)
    if len(body) + 2 > LARGEST_RECORD:
        raise ValueError(f"a glyph of {len(body)} bytes")
    return bytes([len(body) + 2, zlib.crc32(body) & 0xFF]) + body


def font_file(records: dict[int, bytes], notice: str) -> bytes:
    """A font file of these records, by code point."""
    pages = sorted({code >> 8 for code in records})
    table = bytearray(typeface.PAGES)
    for number, page in enumerate(pages, 1):
        table[page] = number
    at = typeface.HEAD_BYTES + typeface.PAGES + typeface.PAGE_BYTES * len(pages)
    offsets, glyphs = bytearray(typeface.PAGE_BYTES * len(pages)), bytearray()
    for code in sorted(records):
        entry = (table[code >> 8] - 1) * typeface.PAGE_BYTES + 3 * (code & 0xFF)
        offsets[entry : entry + 3] = (at + len(glyphs)).to_bytes(3, "little")
        glyphs += records[code]
    rest = bytes(offsets + glyphs) + notice.encode()
    size = typeface.HEAD_BYTES + typeface.PAGES + len(rest)
    head = struct.pack("<4sBBBBI", typeface.MAGIC, typeface.VERSION, *letters.LINES_PX, 0, size)
    return head + struct.pack("<I", zlib.crc32(head + table)) + bytes(table) + rest


@cache
def made(writing: str) -> bytes:
    """The font file of a writing: LATIN or one of WRITINGS; ToolError when the package with its font is missing.

    The large ones take ten seconds, so they are kept with what was downloaded.
    """
    source = SOURCES[writing]
    if writing == LATIN:
        return _made(source)
    place = _place(writing, source)
    with suppress(OSError):
        content = place.read_bytes()
        if zlib.crc32(content[:-4]).to_bytes(4, "little") == content[-4:]:
            return content[:-4]
    content = _made(source)
    with suppress(OSError, ToolError):
        place.parent.mkdir(parents=True, exist_ok=True)
        write_whole(place, content + zlib.crc32(content).to_bytes(4, "little"))
    return content


def _place(writing: str, source: Source) -> Path:
    """Where a font file is kept; another one for each version of what makes it."""
    from madeleine.download import cache as kept  # it imports httpx, which takes its time

    makers = (Path(__file__), Path(__file__).with_name("writings.py"), board_files() / "lib/typeface.py")
    state = (
        b"".join(maker.read_bytes() for maker in makers) + f"{PIL.__version__} {source.path().stat().st_size}".encode()
    )
    return kept() / "fonts" / f"{writing}-{zlib.crc32(state):08x}.font"


def _made(source: Source) -> bytes:
    sizers = [Sizer(source, face, size) for size, face in enumerate(source.faces)]
    records = {}
    for character in source.characters():
        glyphs = [glyph for sizer in sizers if (glyph := sizer.glyph(character)) is not None]
        if len(glyphs) == len(sizers):
            records[ord(character)] = record(glyphs)
    return font_file(records, source.notice)


def font_files(*writings: str) -> dict[str, bytes]:
    """{name on flash: content}: the Latin font, those of other writings, and their sentences for the screen."""
    files = {writing + typeface.SUFFIX: made(writing) for writing in (LATIN, *writings)}
    words = [Path(__file__).with_name(writing + language.SUFFIX) for writing in writings]
    return {**files, **{path.name: path.read_bytes() for path in words if path.is_file()}}
