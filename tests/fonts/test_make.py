"""The font files that are made: what is in them, as the camera reads it."""

import numpy as np
import pytest
from madeleine.device import typeface
from madeleine.errors import ToolError
from madeleine.fonts import make, writings
from madeleine.fonts.make import font_file, font_files, made, packed, record
from madeleine.fonts.writings import LATIN, SOURCES, WRITINGS

from tests.fakes.flash import Flash

LATIN_NAMES = "Größe coração naïve Łódź Żółć İstanbul Ёлка їжак Ωμέγα Άλφα €5 “cup” No. 5 … – Œuvre ẞ"
NAMES = {"ja": "りんごみかん赤いコップ鏡電池、。ー々ｱｲ", "ko": "한글사과컵", "zh": "苹果杯子电池"}


def font(name: str, content: bytes):
    return typeface.Font(Flash({name: content}), name)


def record_of(font: typeface.Font, code: int) -> bytes:
    return font.records([code])[0]


def test_latin_greek_and_cyrillic_have_their_letters():
    latin = font(typeface.LATIN, made(LATIN))
    assert [c for c in LATIN_NAMES if not record_of(latin, ord(c))] == []
    assert not record_of(latin, ord("り")) and not record_of(latin, ord("🍎"))


def test_it_is_small_and_names_its_licence():
    content = made(LATIN)
    assert len(content) < 64_000
    for part in (b"Noto Project Authors", b"SIL Open Font License 1.1"):
        assert part in content[-300:]


def test_the_same_font_is_the_same_bytes():
    first = made(LATIN)
    made.cache_clear()
    assert made(LATIN) == first


@pytest.mark.parametrize("writing", WRITINGS)
def test_a_writing_has_its_characters(writing):
    """Not the whole file, which takes some seconds to make."""
    source = SOURCES[writing]
    wanted = set(source.characters())
    assert set(NAMES[writing]) <= wanted
    assert not wanted & set(SOURCES[LATIN].characters()), "what Latin has is not there twice"
    assert all(ord(c) < 0x10000 for c in wanted)


def test_a_missing_package_is_one_sentence(monkeypatch):
    monkeypatch.setattr(writings, "find_spec", lambda name: None)
    with pytest.raises(ToolError, match=r"pip install 'madeleine-camera\[writing\]'"):
        SOURCES["ja"].path()


def test_the_file_names():
    assert set(font_files()) == {typeface.LATIN}


@pytest.mark.parametrize("shape", [(1, 1), (3, 3), (2, 5), (27, 20), (0, 0)])
def test_packed_pixels_come_back(shape):
    levels = np.random.default_rng(1).integers(0, 4, shape, dtype=np.uint8)
    found = [byte >> shift & 3 for byte in packed(levels) for shift in (6, 4, 2, 0)]
    assert found[: levels.size] == levels.ravel().tolist() and not any(found[levels.size :])


def test_a_record_is_found_and_a_damaged_one_is_not():
    ink = np.full((3, 5), 2, np.uint8)
    one = record([(-1, 2, ink, 6), (0, 4, ink, 7)])
    content = font_file({0x41: one, 0x3042: one, 0xFFFD: one}, "notice")
    found = font("x.font", content)
    assert all(record_of(found, code) == one for code in (0x41, 0x3042, 0xFFFD))
    assert record_of(found, 0x42) == record_of(found, 0x3043) == record_of(found, 0x5000) == b""
    at = content.index(one)
    for bit in range(8 * len(one)):
        damaged = bytearray(content)
        damaged[at + bit // 8] ^= 1 << bit % 8
        assert record_of(font("x.font", bytes(damaged)), 0x41) in (b"", one)


def test_a_glyph_that_is_too_large_is_a_fault_of_ours():
    with pytest.raises(ValueError, match="a glyph of"):
        record([(0, 0, np.zeros((40, 40), np.uint8), 40)] * 2)


def test_a_large_font_is_kept(tmp_path, monkeypatch):
    """And made again when what is kept is damaged."""
    monkeypatch.setenv("MADELEINE_CACHE", str(tmp_path))
    monkeypatch.setattr(make, "_made", lambda source: b"letters")
    made.cache_clear()
    assert made("ja") == b"letters"
    (kept,) = (tmp_path / "fonts").iterdir()
    monkeypatch.setattr(make, "_made", lambda source: b"others")
    made.cache_clear()
    assert made("ja") == b"letters"
    kept.write_bytes(b"damaged")
    made.cache_clear()
    assert made("ja") == b"others"
    made.cache_clear()
