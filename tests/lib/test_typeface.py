"""The camera's typeface on the stand-ins, with the Latin font that is installed and a little one made here."""

import struct
import zlib
from itertools import pairwise

import image

import numpy as np
import pytest
import typeface
from hypothesis import given, settings
from hypothesis import strategies as st
from letters import LARGE, LINES_PX, SMALL, WANTED_BYTES, Plain, coded
from madeleine.fonts.make import font_file, made, record
from madeleine.sim.painter import Painter
from madeleine.sim.world import AI_RAM, world
from typeface import Ring, Typeface

from tests.fakes.flash import Flash

WHITE, BLACK, GREEN = (255, 255, 255), (0, 0, 0), (0, 255, 0)
ADDRESS = AI_RAM + 4096
APPLE = "りんご"


def box_of(side: int, size: int):
    """A square of full ink, as a glyph of this size."""
    return 1, 2, np.full((side, side), 3, np.uint8), side + 2


def little(characters: str) -> bytes:
    """A font whose characters are squares, each of another side."""
    return font_file(
        {ord(c): record([box_of(3 + i % 6, SMALL), box_of(9 + i % 9, LARGE)]) for i, c in enumerate(characters)}, "ours"
    )


def files(**fonts) -> Flash:
    return Flash({f"{name}.font": content for name, content in fonts.items()})


@pytest.fixture
def face(painted_board):
    return Typeface(image.Image, files(latin=made("latin")), ADDRESS, WANTED_BYTES)


def drawn(face, words: str, size: int = LARGE, color=WHITE, ground=BLACK):
    """(levels of red 0..255 of the strip, its width) of a text."""
    picture = image.Image(size=(240, 40))
    width = face.draw(picture, 0, 0, (words, size, color, ground))
    values = np.frombuffer(bytes(picture.to_bytes()), ">u2").reshape(40, 240)
    assert not values[:, width:].any() and not values[LINES_PX[size] :].any(), "nothing beside the strip"
    return values[: LINES_PX[size], :width]


NAMES = ["cup", "Żółć", "Ёлка", "Ωμέγα", "Größe", "coração", "naïve", APPLE, "みかん", "赤いコップ", "한글", "☃", "🍎"]


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_no_two_names_look_alike(face, size):
    looks = {name: drawn(face, name, size).tobytes() for name in NAMES}
    assert len(set(looks.values())) == len(NAMES)


@pytest.mark.parametrize("size", [SMALL, LARGE])
@pytest.mark.parametrize("name", NAMES)
def test_a_text_is_as_wide_as_was_measured(face, name, size):
    assert drawn(face, name, size).shape[1] == min(240, face.width(name, size))


def test_levels_of_grey_lie_between_ground_and_colour(face):
    found = {int(value) for value in np.unique(drawn(face, "Größe", LARGE, GREEN, BLACK))}
    assert found == {0, 85 >> 2 << 5, 170 >> 2 << 5, 63 << 5}


def test_a_strip_is_made_once(face, monkeypatch):
    drawn(face, "Ёлка")
    monkeypatch.setattr(face, "_make", None)
    drawn(face, "Ёлка")


def test_digits_stand_next_to_each_other(face):
    parts = [drawn(face, digit, SMALL) for digit in "42.0"]
    together = drawn(face, "42.0", SMALL)
    assert np.array_equal(np.hstack(parts), together[:, 2:-2])


def test_a_font_of_another_writing(painted_board):
    face = Typeface(image.Image, files(latin=made("latin"), ja=little(APPLE)), ADDRESS, WANTED_BYTES)
    looks = drawn(face, APPLE) > 0
    assert looks.sum() == 9**2 + 10**2 + 11**2
    assert face.width(APPLE, LARGE) == 11 + 12 + 13 + 4


def test_what_no_font_has_is_a_box_with_its_code(face):
    assert face.width("り", SMALL) == 4 * 7 + 6 and face.width("り", LARGE) == 2 * 7 + 6
    assert drawn(face, "り", SMALL).shape[1] == face.width("り", SMALL)
    assert face.width("🍎", LARGE) > 0


def test_long_texts_are_cut_at_the_strip_s_end(face):
    assert drawn(face, "m" * 60).shape[1] == 240


def test_without_room_in_the_kpus_memory_the_heap_has_the_strips(painted_board):
    face = Typeface(image.Image, files(latin=made("latin")), ADDRESS, 1000)
    other = Typeface(image.Image, files(latin=made("latin")), ADDRESS, WANTED_BYTES)
    for name in (*NAMES, "w" * 60):
        assert np.array_equal(drawn(face, name), drawn(other, name)), name


# -- files that are not fonts ---------------------------------------------------------------------------------


def headed(content: bytes, **changes) -> bytes:
    """A font with a changed head, whose checksum is right."""
    fields = {
        "magic": typeface.MAGIC,
        "version": typeface.VERSION,
        "small": LINES_PX[0],
        "large": LINES_PX[1],
        "size": None,
    }
    fields |= changes
    size = len(content) if fields["size"] is None else fields["size"]
    head = struct.pack("<4sBBBBI", fields["magic"], fields["version"], fields["small"], fields["large"], 0, size)
    table = content[typeface.HEAD_BYTES : typeface.HEAD_BYTES + typeface.PAGES]
    return head + struct.pack("<I", zlib.crc32(head + table)) + content[typeface.HEAD_BYTES :]


LITTLE = little("".join(map(chr, range(32, 127))))
BAD = {
    "empty": b"",
    "short": LITTLE[:200],
    "a text": b"not a font at all\n" * 100,
    "another magic": headed(LITTLE, magic=b"MFNU"),
    "a later version": headed(LITTLE, version=2),
    "other lines": headed(LITTLE, large=30),
    "a wrong size": headed(LITTLE, size=7),
    "a giant size": headed(LITTLE, size=0xFFFFFFFF),
    "cut": LITTLE[:-100],
    "a damaged table": LITTLE[:20] + b"\x7f" + LITTLE[21:],
}


@pytest.mark.parametrize("content", BAD.values(), ids=BAD)
def test_a_bad_latin_font_leaves_the_firmwares_letters(painted_board, content):
    assert isinstance(typeface.choose(image.Image, files(latin=content), ADDRESS, WANTED_BYTES), Plain)


@pytest.mark.parametrize("content", BAD.values(), ids=BAD)
def test_a_bad_font_of_another_writing_does_not_count(painted_board, content):
    face = typeface.choose(image.Image, files(latin=LITTLE, ja=content), ADDRESS, WANTED_BYTES)
    alone = typeface.choose(image.Image, files(latin=LITTLE), ADDRESS, WANTED_BYTES)
    assert isinstance(face, typeface.Typeface) and face.width(APPLE, LARGE) == alone.width(APPLE, LARGE)


def test_a_letter_with_a_damaged_length_is_a_box(painted_board):
    content = bytearray(little("".join(map(chr, range(32, 127)))))
    place = typeface.HEAD_BYTES + typeface.PAGES + 3 * ord("u")
    content[int.from_bytes(content[place : place + 3], "little")] = 4
    face = typeface.choose(image.Image, files(latin=headed(bytes(content))), ADDRESS, WANTED_BYTES)
    assert isinstance(face, typeface.Typeface) and drawn(face, "cup").any()


def test_without_fonts_or_a_panel(painted_board):
    assert isinstance(typeface.choose(image.Image, files(), ADDRESS, WANTED_BYTES), Plain)


def test_a_font_that_goes_away_while_the_camera_runs(painted_board):
    flash = files(latin=LITTLE, ja=little(APPLE))
    face = typeface.choose(image.Image, flash, ADDRESS, WANTED_BYTES)
    flash.remove("ja.font")
    assert drawn(face, APPLE).any()


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_damage_to_a_font_stops_the_camera(data):
    """Bytes of offsets, records and widths are anything, with a right head."""
    world.power_on(painter=Painter())
    world.ai_clock = True
    latin, other = (bytearray(little(characters)) for characters in ("".join(map(chr, range(32, 127))), APPLE))
    for content in (latin, other):
        for _ in range(data.draw(st.integers(0, 12))):
            content[data.draw(st.integers(typeface.HEAD_BYTES, len(content) - 1))] = data.draw(st.integers(0, 255))
    flash = files(latin=headed(bytes(latin)), ja=headed(bytes(other)))
    face = typeface.choose(image.Image, flash, ADDRESS, WANTED_BYTES)
    for size in (SMALL, LARGE):
        face.width("cup " + APPLE, size)
        face.draw(image.Image(size=(240, 40)), 0, 0, ("cup " + APPLE, size, WHITE, BLACK))


# -- its parts ------------------------------------------------------------------------------------------------


@given(st.lists(st.integers(1, 400), min_size=1, max_size=120))
def test_what_the_ring_keeps_lies_apart_and_within(sizes):
    ring, wanted = Ring(1000, 900), {}
    for key, size in enumerate(sizes):
        ring.place(key, size, key)
        wanted[key] = size
        places = sorted(place for known in wanted if (place := ring.find(known)))
        assert all(one[0] + one[1] <= other[0] for one, other in pairwise(places))
        assert all(place[0] >= 1000 and place[0] + place[1] <= 1900 for place in places)
        assert ring.find(key)[1:] == (size, key)
        assert len(places) <= 48


def test_the_ring_forgets_the_oldest():
    ring = Ring(0, 100)
    for key in "abc":
        ring.place(key, 30)
    ring.place("d", 40)
    assert [key for key in "abcd" if ring.find(key)] == ["c", "d"]


def test_the_firmwares_letters_say_what_they_lack(painted_board):
    assert coded("café ☃") == "caf<00E9> <2603>"
    picture = image.Image(size=(240, 40))
    assert Plain().draw(picture, 0, 0, ("cup", LARGE, WHITE, BLACK)) == Plain().width("cup", LARGE)
    assert any(picture.to_bytes())
