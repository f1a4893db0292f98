"""Cards from the PDF, photographed: the board's kind of decoder reads them."""

from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from madeleine import cli
from madeleine.cards.deck import card, deck
from madeleine.cards.sheet import DISTANCE_MM, Print, card_mm, pages
from numpy.typing import NDArray

from tests.cards.photograph import EASY, HARD, Conditions, photograph
from tests.cards.readers import quirc_reads, zxing_reads

SCALE = 4  # pixels a point: 288 dots an inch
PX_PER_MM = SCALE * 72 / 25.4
NAMES = ["cup", "りんご", "café crème", "a name as long as names can be!!"]
TEXTS = deck(NAMES)
PHOTOGRAPHS = 3  # of each card
# what was read of version 3 at 5 pixels a module, in 100 photographs of the kind
RATES = {
    ("zxing", "easy"): 100,
    ("zxing", "hard"): 95,
    ("quirc", "easy"): 96,
    ("quirc", "hard"): 91,
}
READERS = {"zxing": zxing_reads, "quirc": quirc_reads}
CONDITIONS = {"easy": EASY, "hard": HARD}


@pytest.fixture(scope="session")
def printed(tmp_path_factory) -> list[tuple[bytes, NDArray[np.uint8], float]]:
    """For each card of a deck from the PDF: payload, its picture with the quiet zone, its width in mm."""
    file = tmp_path_factory.mktemp("cards") / "deck.pdf"
    assert cli.main(["cards", *NAMES, "--deck", "-o", str(file)]) == 0
    return _cut(file, TEXTS)


def _cut(file: Path, texts: list[str]) -> list[tuple[bytes, NDArray[np.uint8], float]]:
    """What scissors make of the sheets."""
    cards = [card(text, "en") for text in texts]
    sheets = pages(cards, "a4", DISTANCE_MM)
    document = pypdfium2.PdfDocument(file)
    assert len(document) == len(sheets)
    pictures = [np.asarray(page.render(scale=SCALE, grayscale=True).to_pil()) for page in document]
    codes = [(picture, code) for picture, sheet in zip(pictures, sheets, strict=True) for code in sheet.codes]
    cut = []
    for made, (picture, code) in zip(cards, codes, strict=True):
        cut.append((made.code.text.encode(), _square(picture, code), code.module_mm * (len(code.matrix) + 8)))
    return cut


def _square(picture: NDArray[np.uint8], code: Print) -> NDArray[np.uint8]:
    quiet_mm, side_mm = 4 * code.module_mm, (len(code.matrix) + 8) * code.module_mm
    left, top, side = (round(length * PX_PER_MM) for length in (code.x_mm - quiet_mm, code.y_mm - quiet_mm, side_mm))
    return picture[top : top + side, left : left + side]


@pytest.mark.parametrize(("reader", "condition"), RATES)
def test_read_as_often_as_codes_of_their_size(printed, reader, condition, record_property):
    if reader == "quirc":
        pytest.importorskip("quirc", reason="the decoder quirc is not installed (pyquirc)")
    read = _read(printed, READERS[reader], CONDITIONS[condition], DISTANCE_MM)
    record_property("summary", f"cards photographed, {reader}, {condition}: {read:.0f} % read")
    assert read >= RATES[reader, condition]


def test_one_in_two_looks_from_two_thirds_farther(printed):
    pytest.importorskip("quirc", reason="the decoder quirc is not installed (pyquirc)")
    assert _read(printed, quirc_reads, EASY, DISTANCE_MM * 5 / 3) >= 50


def _read(printed, reads, how: Conditions, distance_mm: float) -> float:
    chance = np.random.default_rng(7)
    results = [
        reads(photograph(picture, width_mm, distance_mm, how, chance), payload)
        for payload, picture, width_mm in printed
        for _ in range(PHOTOGRAPHS)
    ]
    return 100 * sum(results) / len(results)


def test_five_pixels_a_module():
    """The arithmetic of sheet.py, against the camera of these photographs."""
    from tests.cards.photograph import FOCAL_PX

    made = card("cup", "en").code
    module_mm = card_mm(made.modules, DISTANCE_MM) / made.modules
    assert module_mm * FOCAL_PX / DISTANCE_MM == pytest.approx(5)
