"""Which font gives which writing its glyphs: the package that brings it, its weight and size, and the characters.

All are Noto fonts under the SIL Open Font License 1.1; what the licence asks to be kept with them is in `notice`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from madeleine.errors import ToolError

LICENCE = "licensed under the SIL Open Font License 1.1 (scripts.sil.org/OFL)"
LATIN = "latin"
# Latin with its accents and the marks of prices and quotations, Greek, Cyrillic.
ALPHABETS = (
    (0x20, 0x7F),
    (0xA0, 0x180),
    (0x192, 0x193),
    (0x218, 0x21C),
    (0x370, 0x460),
    (0x490, 0x4C0),
    (0x1E80, 0x1E86),
    (0x1E9E, 0x1E9F),
    (0x2010, 0x2027),
    (0x2030, 0x203B),
    (0x20AC, 0x20AD),
    (0x2116, 0x2117),
    (0x2122, 0x2123),
)
HALFWIDTH_KANA = (0xFF61, 0xFFA0)
HANJA = (0x3400, 0xA000)  # half of the Korean set, and rare in names


@dataclass(frozen=True)
class Face:
    """One size of a font: em in pixels, and where on its axes."""

    em_px: int
    weight: int
    width: int = 100


@dataclass(frozen=True)
class Source:
    """A font file in a package, and what to take of it."""

    package: str
    file: str
    extra: str  # what to install when it is missing
    faces: tuple[Face, Face]  # small, large
    notice: str
    charset: str = ""  # a codec of Python, whose characters of two bytes are wanted
    ranges: tuple[tuple[int, int], ...] = ()  # code points, the last one exclusive
    without: tuple[tuple[int, int], ...] = ALPHABETS  # of the charset

    def path(self) -> Path:
        """The font file; ToolError when its package is not installed."""
        spec = find_spec(self.package)
        for folder in (spec.submodule_search_locations or ()) if spec else ():
            if Path(folder, self.file).is_file():
                return Path(folder, self.file)
        raise ToolError(f"the font for this writing is not installed: pip install 'madeleine-camera{self.extra}'")

    def characters(self) -> Iterator[str]:
        """What it is for, in the order of code points."""
        codes = _codes(self.ranges)
        if self.charset:
            others = set(range(0x20, 0x10000)) - _codes(self.without)
            codes |= {code for code in others if self._in_charset(chr(code))}
        yield from map(chr, sorted(codes))

    def _in_charset(self, character: str) -> bool:
        try:
            return len(character.encode(self.charset)) == 2
        except UnicodeEncodeError:
            return False


def _codes(ranges: tuple[tuple[int, int], ...]) -> set[int]:
    return {code for first, end in ranges for code in range(first, end)}


def _noto_cjk(folder: str, file: str, charset: str, **which: tuple[tuple[int, int], ...]) -> Source:
    return Source(
        "justmytype_intl_cjk",
        f"fonts/ofl/{folder}/{file}",
        "[writing]",
        (Face(12, 500), Face(22, 500)),
        f"Noto Sans CJK, (c) 2014-2021 Adobe, {LICENCE}",
        charset,
        **which,
    )


SOURCES = {
    LATIN: Source(
        "fontpkg_noto_sans",
        "files/NotoSans[wdth,wght].ttf",
        "",
        (Face(11, 500, 90), Face(22, 600, 85)),
        f"Noto Sans, (c) 2022 The Noto Project Authors (github.com/notofonts), {LICENCE}",
        ranges=ALPHABETS,
    ),
    "ja": _noto_cjk("notosansjp", "NotoSansJP[wght].ttf", "euc_jp", ranges=(HALFWIDTH_KANA,)),
    "ko": _noto_cjk("notosanskr", "NotoSansKR[wght].ttf", "euc_kr", without=(*ALPHABETS, HANJA)),
    "zh": _noto_cjk("notosanssc", "NotoSansSC[wght].ttf", "gb2312"),
}
WRITINGS = tuple(name for name in SOURCES if name != LATIN)  # what `madeleine install --writing` takes
