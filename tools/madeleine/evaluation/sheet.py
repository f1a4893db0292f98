"""The pictures that were asked, each in the colour of what was said of it, on as many pages as they need."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import TypeAlias

from PIL import Image, ImageDraw, ImageFont

from madeleine.device import distance
from madeleine.errors import ToolError
from madeleine.evaluation.showing import PROBABLE, SILENT, SURE, Answer
from madeleine.pictures import photograph

COLUMNS, ROWS, PAGES = 10, 8, 12  # pictures on a page; pages at most, the rest is counted
FEW_COLUMNS = 5  # a page is so wide at least, for what stands at its head
PICTURE_PX, BORDER_PX, GAP_PX, CAPTION_PX, HEAD_PX = 112, 6, 10, 20, 34
CELL_PX = PICTURE_PX + 2 * BORDER_PX + GAP_PX
PAPER, INK = (246, 245, 242), (40, 40, 46)
GREEN, AMBER, RED, GREY = (36, 150, 72), (236, 162, 20), (212, 48, 44), (158, 158, 164)
UNTAUGHT = "not taught"
Font: TypeAlias = ImageFont.FreeTypeFont | ImageFont.ImageFont
Typeface: TypeAlias = Callable[[int], Font]  # of a size in pixels


@dataclass(frozen=True)
class Page:
    """What stands at its head, and the answers on it, in rows: each with a heading or none."""

    title: str
    rows: list[tuple[str, list[Answer]]]


def colour(answer: Answer) -> tuple[int, int, int]:
    """Green: right and sure. Amber: right, with a question mark. Red: another's name. Grey: silent."""
    if answer.certainty == SILENT:
        return GREY
    if answer.said != answer.true:
        return RED
    return GREEN if answer.certainty == SURE else AMBER


def typeface(names: Iterable[str], font: Path | None) -> Typeface:
    """For the names of classes. ToolError when `font` is not one, or when a name needs one and there is none."""
    if font is None:
        for name in names:
            try:
                name.encode("cp1252")
            except UnicodeEncodeError:
                raise ToolError(f"a sheet with {name!r} wants a font that has it: --font FILE") from None
        return ImageFont.load_default
    try:
        ImageFont.truetype(str(font))
    except OSError as error:
        raise ToolError(f"{font} is not a valid font ({error}); give a TrueType or OpenType font") from error
    return partial(ImageFont.truetype, str(font))


def draw(sets: Sequence[tuple[str, list[Answer]]], scale: distance.Scale, typeface: Typeface, path: Path) -> list[Path]:
    """Writes the pages: `path`, then path-2, path-3 ...; their paths. `sets`: what stands at their heads, answers."""
    pages = [page for title, answers in sets for page in _pages(title, answers)]
    written = []
    for number, page in enumerate(pages[:PAGES], 1):
        place = path if number == 1 else path.with_name(f"{path.stem}-{number}{path.suffix}")
        more = f", page {number} of {len(pages)}" if len(pages) > 1 else ""
        more += f", of which {PAGES} are drawn" if len(pages) > PAGES else ""
        try:
            _drawn(page, page.title + more, scale, typeface).save(place)
        except OSError as error:
            raise ToolError(f"{place} cannot be written ({error.strerror}); give another --sheet") from error
        written.append(place)
    return written


def _pages(title: str, answers: Sequence[Answer]) -> Iterator[Page]:
    """Class by class, each on rows of its own; a heading stands where a class or a page begins."""
    rows: list[tuple[str, list[Answer]]] = []
    for true, group in groupby(answers, lambda answer: answer.true):
        own = list(group)
        for start in range(0, len(own), COLUMNS):
            if len(rows) == ROWS:
                yield Page(title, rows)
                rows = []
            rows.append((true or UNTAUGHT if not start or not rows else "", own[start : start + COLUMNS]))
    yield Page(title, rows)


def _drawn(page: Page, title: str, scale: distance.Scale, typeface: Typeface) -> Image.Image:
    tall = PICTURE_PX + 2 * BORDER_PX + CAPTION_PX + GAP_PX
    headings = sum(HEAD_PX for heading, _ in page.rows if heading)
    columns = max(FEW_COLUMNS, *(len(answers) for _, answers in page.rows))
    size = (columns * CELL_PX + GAP_PX, 2 * HEAD_PX + GAP_PX + headings + len(page.rows) * tall)
    sheet = Image.new("RGB", size, PAPER)
    pen = ImageDraw.Draw(sheet)
    pen.text((GAP_PX, 8), title, INK, typeface(18))
    _legend(pen, HEAD_PX)
    top = 2 * HEAD_PX + GAP_PX
    for heading, answers in page.rows:
        if heading:
            pen.text((GAP_PX, top + 4), heading, INK, typeface(18))
            top += HEAD_PX
        for column, answer in enumerate(answers):
            at = GAP_PX + column * CELL_PX, top
            far = scale.tenths(answer.far) // 10
            _cell(sheet, pen, at, answer, str(far), typeface(13))
        top += tall
    return sheet


def _legend(pen: ImageDraw.ImageDraw, top: int) -> None:
    left, font = float(GAP_PX), ImageFont.load_default(14)
    for ink, words in ((GREEN, "right, sure"), (AMBER, "right, probable"), (RED, "wrong"), (GREY, "silent")):
        pen.rectangle((left, top + 3, left + 14, top + 17), ink)
        pen.text((left + 20, top), words, INK, font)
        left += 40 + pen.textlength(words, font)


def _cell(
    sheet: Image.Image,
    pen: ImageDraw.ImageDraw,
    at: tuple[int, int],
    answer: Answer,
    far: str,
    font: Font,
) -> None:
    (left, top), side = at, PICTURE_PX + 2 * BORDER_PX
    pen.rectangle((left, top, left + side - 1, top + side - 1), colour(answer))
    sheet.paste(Image.fromarray(photograph(answer.path, PICTURE_PX, PICTURE_PX)), (left + BORDER_PX, top + BORDER_PX))
    name, mark = answer.said or "-", " ?" * (answer.certainty == PROBABLE)
    room = side - pen.textlength(f"{mark} {far}", font)
    while pen.textlength(name, font) > room and len(name) > 1:
        name = name[:-2] + "…"
    pen.text((left, top + side + 2), name + mark, INK, font)
    pen.text((left + side - pen.textlength(far, font), top + side + 2), far, GREY, font)
