"""The painter: RGB565 as on the board, drawing with clipping, text in cells, and the panel."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from madeleine.sim.blank import BlankPainter
from madeleine.sim.painter import Painter, packed, unpacked
from madeleine.sim.world import Scene

PAINTER = Painter()
WHITE, RED = (255, 255, 255), (255, 0, 0)


def pixels(canvas) -> np.ndarray:
    return PAINTER.seen(canvas).pixels


def lit(canvas) -> np.ndarray:
    return pixels(canvas).any(axis=2)


def test_colours_lose_their_low_bits_once():
    rgb = np.arange(256, dtype=np.uint8).repeat(3).reshape(-1, 3)
    once = unpacked(packed(rgb))
    assert (packed(once) == packed(rgb)).all()
    assert once[[0, 128, 255]].tolist() == [[0, 0, 0], [132, 130, 132], [255, 255, 255]]


def test_pixels_are_two_bytes_high_byte_first_and_shared():
    canvas = PAINTER.canvas(2, 1)
    PAINTER.fill(canvas, 0, 0, 1, 1, RED)
    assert PAINTER.pixels(canvas) == bytearray(b"\xf8\0\0\0")
    PAINTER.pixels(canvas)[2:4] = b"\xff\xff"
    assert PAINTER.get_pixel(canvas, 1, 0) == WHITE


@given(st.integers(-20, 20), st.integers(-20, 20), st.integers(0, 30), st.integers(0, 30))
def test_rectangles_are_clipped(x, y, width, height):
    canvas = PAINTER.canvas(16, 8)
    PAINTER.fill(canvas, x, y, width, height, WHITE)
    rows, columns = np.mgrid[:8, :16]
    inside = (columns >= x) & (columns < x + width) & (rows >= y) & (rows < y + height)
    assert (lit(canvas) == inside).all()


@given(st.integers(-40, 40), st.integers(-40, 40), st.text(max_size=4), st.sampled_from([1, 2, 0.5, 1.5]))
def test_drawing_never_fails_outside(x, y, text, scale):
    canvas = PAINTER.canvas(16, 12)
    PAINTER.text(canvas, x, y, text, WHITE, scale, (8, 10), 0, 0, True)
    PAINTER.line(canvas, x, y, y, x, WHITE, 2)
    PAINTER.circle(canvas, x, y, 5, WHITE, 1, False)
    PAINTER.paste(canvas, PAINTER.canvas(5, 5), x, y)


@pytest.mark.parametrize("cell", [(8, 10), (8, 12), (8, 16)])
@pytest.mark.parametrize("scale", [1, 2, 3])
def test_each_character_stays_in_its_cell(cell, scale):
    for character in map(chr, range(33, 127)):
        canvas = PAINTER.canvas(60, 60)
        PAINTER.text(canvas, 10, 8, character, WHITE, scale, cell, 0, 0, True)
        rows, columns = np.nonzero(lit(canvas))
        assert rows.size, character
        assert rows.min() >= 8 and rows.max() < 8 + cell[1] * scale
        assert columns.min() >= 10 and columns.max() < 10 + cell[0] * scale


def test_glyphs_differ_and_what_the_font_lacks_is_a_box():
    def drawn(character: str) -> bytes:
        canvas = PAINTER.canvas(8, 10)
        PAINTER.text(canvas, 0, 0, character, WHITE, 1, (8, 10), 0, 0, True)
        return lit(canvas).tobytes()

    assert len({drawn(chr(code)) for code in range(32, 127)}) == 95
    assert drawn("é") == drawn("\x7f") == drawn("語") and drawn("é") not in {drawn("e"), drawn(" ")}


def test_text_advances_by_cell_and_breaks_at_newline():
    one, two = PAINTER.canvas(40, 30), PAINTER.canvas(40, 30)
    PAINTER.text(one, 0, 0, "ab\nc", WHITE, 1, (8, 10), 1, 2, True)
    for x, y, character in ((0, 0, "a"), (9, 0, "b"), (0, 12, "c")):
        PAINTER.text(two, x, y, character, WHITE, 1, (8, 10), 0, 0, True)
    assert (lit(one) == lit(two)).all()


def test_proportional_text_is_narrower():
    canvas = PAINTER.canvas(60, 12)
    PAINTER.text(canvas, 0, 0, "iiii", WHITE, 1, (8, 12), 0, 0, False)
    assert np.nonzero(lit(canvas))[1].max() < 28


def scene() -> Scene:
    rng = np.random.default_rng(1)
    return Scene("noise", rng.integers(0, 256, (224, 224, 3), np.uint8))


def test_the_camera_keeps_8_bits_for_the_kpu_and_rgb565_for_the_picture():
    canvas, picture = PAINTER.canvas(224, 224), scene()
    assert PAINTER.capture(canvas, picture) is picture
    assert (pixels(canvas) == unpacked(packed(picture.pixels))).all()
    assert canvas.name == "noise"


def test_the_window_is_the_top_left_corner():
    picture = scene()
    small = PAINTER.capture(PAINTER.canvas(8, 16), picture)
    assert (small.pixels == picture.pixels[:16, :8]).all()
    large = PAINTER.capture(PAINTER.canvas(320, 240), picture)
    assert (large.pixels[:224, :224] == picture.pixels).all() and not large.pixels[224:].any()


def test_the_panel_shows_the_middle_with_bars():
    panel, canvas = PAINTER.panel(240, 135), PAINTER.canvas(224, 224)
    PAINTER.capture(canvas, scene())
    PAINTER.show(panel, canvas, (0, 0, 224, 224), None, 2)
    assert (panel[:, 8:232] == pixels(canvas)[44:179]).all()
    assert not panel[:, :8].any() and not panel[:, 232:].any()
    turned = PAINTER.panel(240, 135)
    PAINTER.show(turned, canvas, (0, 0, 224, 224), None, 0)
    assert (turned == panel[::-1, ::-1]).all()


def test_a_part_goes_to_its_place():
    panel, canvas = PAINTER.panel(240, 135), PAINTER.canvas(224, 224)
    PAINTER.capture(canvas, scene())
    PAINTER.panel_fill(panel, RED)
    PAINTER.show(panel, canvas, (10, 20, 30, 40), (100, 50), 2)
    assert (panel[50:90, 100:130] == pixels(canvas)[20:60, 10:40]).all()
    assert (panel[0] == RED).all()


def test_text_on_the_panel_is_cut_at_its_border():
    panel = PAINTER.panel(240, 135)
    PAINTER.panel_text(panel, 230, 124, "WW", WHITE, (0, 0, 0), (8, 16), 2)
    assert panel[124:, 230:].any() and not panel[:124].any()


def test_the_blank_painter_offers_the_same():
    def calls(painter: type) -> set[str]:
        return {name for name in vars(painter) if not name.startswith("_")}

    assert calls(BlankPainter) == calls(Painter)


def test_resizing_and_copying():
    canvas = PAINTER.canvas(8, 8)
    PAINTER.fill(canvas, 0, 0, 4, 8, WHITE)
    assert lit(PAINTER.resize(canvas, 4, 4)).tolist() == [[True, True, False, False]] * 4
    assert lit(PAINTER.copy(canvas, 2, 0, 4, 2)).tolist() == [[True, True, False, False]] * 2
    assert PAINTER.statistics(canvas, 0, 0, 8, 8) == (50, 50)
