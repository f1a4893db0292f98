"""Sheets of cards as PDF, SVG or PNG."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape

from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.pdfgen.canvas import Canvas

from madeleine.cards.sheet import Page, Text
from madeleine.errors import ToolError
from madeleine.inputs import read

LATIN, LATIN_BOLD = "Helvetica", "Helvetica-Bold"
FONT_MOST_BYTES = 64 << 20  # twice the largest collections
JAPANESE = "HeiseiKakuGo-W5"  # every viewer of PDF brings its own font for this name; nothing is embedded
OWN = "own"
MARK_MM = 2.0  # arm of a cut mark
HAIRLINE_MM = 0.15
GREY = 0.55
DPI = 300
SVG_FONTS = "Helvetica, Arial, 'Noto Sans JP', 'Hiragino Sans', 'Yu Gothic', sans-serif"


def pdf(pages: Sequence[Page], font: Path | None) -> bytes:
    """All sheets in one document; the texts in `font`, embedded, if there is one."""
    file = BytesIO()
    canvas = Canvas(file, invariant=1)  # the same cards give the same bytes
    canvas.setTitle("Madeleine cards")
    if font is not None:
        _embed(font)
    for page in pages:
        canvas.setPageSize((page.size_mm[0] * mm, page.size_mm[1] * mm))
        _pdf_page(canvas, page, font is not None)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def _embed(font: Path) -> None:
    try:
        pdfmetrics.registerFont(TTFont(OWN, BytesIO(read(font, FONT_MOST_BYTES))))
    except (TTFError, OSError) as error:
        raise ToolError(f"{font} cannot be embedded ({error}); give a TrueType font (.ttf or .ttc)") from error


def _pdf_page(canvas: Canvas, page: Page, own_font: bool) -> None:
    height = page.size_mm[1]
    canvas.setFillGray(0)
    for code in page.codes:
        path = canvas.beginPath()  # one path a code: rectangles of their own show seams where they meet
        for left, top, right, bottom in code.runs():
            path.rect(left * mm, (height - bottom) * mm, (right - left) * mm, (bottom - top) * mm)
        canvas.drawPath(path, stroke=0, fill=1)
    for text in page.texts:
        canvas.setFont(OWN if own_font else _pdf_font(text), text.size_mm * mm)
        canvas.drawCentredString(text.x_mm * mm, (height - text.y_mm) * mm, text.text)
    canvas.setStrokeGray(GREY)
    canvas.setLineWidth(HAIRLINE_MM * mm)
    for x_mm, y_mm in page.marks_mm:
        x, y, arm = x_mm * mm, (height - y_mm) * mm, MARK_MM * mm
        canvas.line(x - arm, y, x + arm, y)
        canvas.line(x, y - arm, x, y + arm)


def _pdf_font(text: Text) -> str:
    try:
        text.text.encode("cp1252")
    except UnicodeEncodeError:
        pdfmetrics.registerFont(UnicodeCIDFont(JAPANESE))
        return JAPANESE
    return LATIN_BOLD if text.bold else LATIN


def svg(page: Page) -> bytes:
    """One sheet; the texts are in the viewer's fonts."""
    width, height = page.size_mm
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}mm" height="{height:g}mm" '
        f'viewBox="0 0 {width:g} {height:g}">',
        f'<rect width="{width:g}" height="{height:g}" fill="#fff"/>',
    ]
    for code in page.codes:
        runs = "".join(f"M{x:.3f} {y:.3f}H{right:.3f}V{low:.3f}H{x:.3f}z" for x, y, right, low in code.runs())
        parts.append(f'<path d="{runs}"/>')
    for text in page.texts:
        where = f'x="{text.x_mm:.3f}" y="{text.y_mm:.3f}" font-size="{text.size_mm:.3f}"'
        weight = ' font-weight="bold"' if text.bold else ""
        parts.append(f'<text {where}{weight} text-anchor="middle" font-family="{SVG_FONTS}">{escape(text.text)}</text>')
    arm = MARK_MM
    crosses = "".join(f"M{x - arm:.3f} {y:.3f}h{2 * arm}M{x:.3f} {y - arm:.3f}v{2 * arm}" for x, y in page.marks_mm)
    parts.append(f'<path d="{crosses}" fill="none" stroke="#8c8c8c" stroke-width="{HAIRLINE_MM}"/>')
    return "\n".join([*parts, "</svg>\n"]).encode()


def png(page: Page, font: Path | None) -> bytes:
    """One sheet at 300 dots an inch; letters that the built-in font lacks want `font`."""
    scale = DPI / 25.4
    width, height = (round(side_mm * scale) for side_mm in page.size_mm)
    picture = Image.new("L", (width, height), 255)
    draw = ImageDraw.Draw(picture)
    for x_mm, y_mm in page.marks_mm:
        x, y, arm = x_mm * scale, y_mm * scale, MARK_MM * scale
        draw.line((x - arm, y, x + arm, y), fill=round(255 * GREY), width=2)
        draw.line((x, y - arm, x, y + arm), fill=round(255 * GREY), width=2)
    for code in page.codes:
        for run in code.runs():
            left, top, right, bottom = (round(edge * scale) for edge in run)
            draw.rectangle((left, top, right - 1, bottom - 1), fill=0)
    for text in page.texts:
        where = (text.x_mm * scale, text.y_mm * scale)
        draw.text(where, text.text, fill=0, anchor="ms", font=_png_font(text, font, scale))
    file = BytesIO()
    picture.save(file, "png", dpi=(DPI, DPI))
    return file.getvalue()


def _png_font(text: Text, font: Path | None, scale: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    if font is None:
        try:
            text.text.encode("cp1252")
        except UnicodeEncodeError:
            raise ToolError(f"a PNG of {text.text!r} wants a font that has it: --font FILE, or make a PDF") from None
        return ImageFont.load_default(text.size_mm * scale)
    try:
        return ImageFont.truetype(BytesIO(read(font, FONT_MOST_BYTES)), text.size_mm * scale)
    except OSError as error:
        raise ToolError(f"{font} is not a valid font ({error}); give a TrueType or OpenType font") from error
