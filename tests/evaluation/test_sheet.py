"""The sheet: a colour for each answer, pages for many."""

from pathlib import Path

import pytest
from madeleine.device import distance
from madeleine.errors import ToolError
from madeleine.evaluation import sheet
from madeleine.evaluation.showing import PROBABLE, SILENT, SURE, Answer
from madeleine.sim import scenes
from PIL import Image

SCALE = distance.Scale(128, 100)
PLAIN = sheet.typeface([], None)


@pytest.fixture
def cup(tmp_path) -> Path:
    path = tmp_path / "cup.png"
    Image.fromarray(scenes.scene("cup")).save(path)
    return path


@pytest.mark.parametrize(
    ("true", "said", "certainty", "colour"),
    [
        ("cup", "cup", SURE, sheet.GREEN),
        ("cup", "cup", PROBABLE, sheet.AMBER),
        ("cup", "pen", SURE, sheet.RED),
        ("cup", "pen", PROBABLE, sheet.RED),
        ("", "pen", PROBABLE, sheet.RED),
        ("cup", "", SILENT, sheet.GREY),
        ("", "", SILENT, sheet.GREY),
    ],
)
def test_the_border_has_the_colour_of_the_answer(true, said, certainty, colour, cup, tmp_path):
    (path,) = sheet.draw([("things", [Answer(cup, true, said, certainty, 0)])], SCALE, PLAIN, tmp_path / "asked.png")
    with Image.open(path) as page:
        top = 3 * sheet.HEAD_PX + sheet.GAP_PX
        edges = [(sheet.GAP_PX, top), (sheet.GAP_PX + sheet.PICTURE_PX + sheet.BORDER_PX + 1, top + 50)]
        assert [page.getpixel(edge) for edge in edges] == [colour, colour]
        inside = page.getpixel((sheet.GAP_PX + sheet.BORDER_PX + 5, top + sheet.BORDER_PX + 5))
        assert inside not in (colour, sheet.PAPER)


def test_many_pictures_take_pages_and_too_many_are_counted(cup, tmp_path, monkeypatch):
    monkeypatch.setattr(sheet, "PAGES", 2)
    full = sheet.COLUMNS * sheet.ROWS
    answers = [Answer(cup, "cup", "cup", SURE, 0)] * (full + 1)
    written = sheet.draw([("one", answers[:full]), ("two", answers)], SCALE, PLAIN, tmp_path / "asked.png")
    assert [path.name for path in written] == ["asked.png", "asked-2.png"]
    sizes = []
    for path in written:
        with Image.open(path) as page:
            sizes.append(page.size)
    assert sizes[0] == sizes[1]
    pages = list(sheet._pages("two", answers))
    assert [sum(len(row) for _, row in page.rows) for page in pages] == [full, 1]
    assert [heading for heading, _ in pages[0].rows] == ["cup", *[""] * (sheet.ROWS - 1)]
    assert [heading for heading, _ in pages[1].rows] == ["cup"]  # again: a page stands by itself


def test_a_long_name_is_cut(cup, tmp_path):
    answers = [Answer(cup, "cup", "a name of thirty-two bytes or so", PROBABLE, 0)]
    sheet.draw([("things", answers)], SCALE, PLAIN, tmp_path / "asked.png")
    with Image.open(tmp_path / "asked.png") as page:
        beyond = page.crop((sheet.CELL_PX + sheet.GAP_PX, 3 * sheet.HEAD_PX, page.width, page.height))
        assert beyond.getcolors() == [(beyond.width * beyond.height, sheet.PAPER)]


def test_a_place_that_cannot_be_written(cup, tmp_path):
    (tmp_path / "asked.png").mkdir()
    with pytest.raises(ToolError, match="cannot be written"):
        sheet.draw([("things", [Answer(cup, "cup", "cup", SURE, 0)])], SCALE, PLAIN, tmp_path / "asked.png")


def test_a_name_that_the_built_in_font_lacks_wants_another(tmp_path):
    with pytest.raises(ToolError, match="a sheet with 'カップ' wants a font that has it: --font FILE"):
        sheet.typeface(["cup", "カップ"], None)
    (tmp_path / "no.ttf").write_bytes(b"no font")
    with pytest.raises(ToolError, match=r"no\.ttf is not a valid font"):
        sheet.typeface(["カップ"], tmp_path / "no.ttf")
