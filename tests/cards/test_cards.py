"""What is on a card is what the board does with it; what it would refuse is not printed."""

import io
import json
import os
import re
import stat
from pathlib import Path

import command
import command_error
import numpy as np
import pypdfium2
import pytest
import reportlab
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from madeleine import cli
from madeleine.cards.code import code
from madeleine.cards.deck import LANGUAGES, WORDS, card, deck
from madeleine.cards.sheet import PAPERS_MM, ems, pages
from madeleine.errors import ToolError
from PIL import Image


def _run(*arguments) -> int:
    return cli.main(["cards", *map(str, arguments)])


def _payload(made) -> bytes:
    cells = np.kron(1 - np.pad(np.array(made.matrix, np.uint8), 4), np.ones((4, 4), np.uint8)) * 255
    return zxingcpp.read_barcode(np.ascontiguousarray(cells)).bytes


@given(st.text(min_size=1, max_size=14))
def test_the_board_gets_what_was_asked_for(text):
    try:
        wanted = command.parse_card(text)
    except command_error.CommandError:
        with pytest.raises(ToolError, match="would refuse"):
            code(text)
        return
    got = command.parse_card(_payload(code(text)))
    assert (got.word, got.argument) == (wanted.word, wanted.argument)


@pytest.mark.parametrize(
    ("text", "version"), [("cup", 2), ("0", 2), ("n" * 26, 2), ("n" * 27, 3), ("*forget " + "n" * 32, 3)]
)
def test_version(text, version):
    assert len(code(text).matrix) == 17 + 4 * version


@pytest.mark.parametrize("text", ["*dance", "*limit 0", "*learn cup", "n" * 33, "ん" * 33, "", " ", "=5", "a\x07"])
def test_nothing_is_printed_when_one_is_refused(text, tmp_path, capsys):
    output = tmp_path / "cards.pdf"
    assert _run("cup", text, "-o", output) == 1
    assert "the camera would refuse" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_the_deck_has_every_command_a_card_can_say():
    words = {code(text).request.word for text in deck(["cup"])}
    assert {name for name, _, on_cards in command.WORDS if on_cards} - words == {"lock", "unlock"}, (
        "codes of somebody's own"
    )
    assert {"*select cup", "*rename cup", "*forget cup", "cup", "0", "100"} <= set(deck(["cup"]))
    assert deck([])[0] == "A", "the class that button A teaches at first"
    with pytest.raises(ToolError, match="not a name"):
        deck(["*undo"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_is_explained(language):
    for text in [*deck(["cup"]), '{"a":1}', "*lock 4711", "*unlock 4711"]:
        assert "4711" not in card(text, language).title
        notes = card(text, language).notes
        assert len(notes) == len(LANGUAGES[language])
        assert all(notes)
    assert all(ems(note) * 3.4 * 0.8 < 87 for both in WORDS.values() for note in both), "letters of 2.7 mm"


def test_pdf_has_names_and_notes(tmp_path):
    assert _run("cup", "りんご", "*undo", "--lang", "both", "-o", tmp_path / "a.pdf") == 0
    document = pypdfium2.PdfDocument(tmp_path / "a.pdf")
    text = document[0].get_textpage().get_text_range()
    for part in ("cup", "りんご", "*undo", WORDS["undo"][0], "最後の例を取り消します"):
        assert part in text
    assert document[0].get_size() == pytest.approx((595.3, 841.9), abs=0.1)
    again = tmp_path / "b.pdf"
    assert _run("cup", "りんご", "*undo", "--lang", "both", "-o", again) == 0
    assert again.read_bytes() == (tmp_path / "a.pdf").read_bytes()


def test_png_and_svg(tmp_path):
    for name in ("a.png", "a.svg"):
        assert _run("cup", "café", *"12345678", "--paper", "letter", "-o", tmp_path / name) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        f"a-{i}.{kind}" for i in (1, 2, 3) for kind in ("png", "svg")
    ]
    with Image.open(tmp_path / "a-1.png") as picture:
        assert picture.size == (2550, 3300)
        found = {code.text for code in zxingcpp.read_barcodes(picture)}
    assert found == {"cup", "café", "1", "2"}
    svg = (tmp_path / "a-1.svg").read_text("utf-8")
    assert 'width="215.9mm"' in svg
    assert ">café</text>" in svg
    assert len(re.findall("M[0-9.]+ [0-9.]+H", svg)) == sum(
        1 for text in ("cup", "café", "1", "2") for _ in _runs(text)
    )


def _runs(text):
    return pages([card(text, "en")], "a4", 170)[0].codes[0].runs()


def test_a_png_of_other_letters_wants_a_font(tmp_path, capsys):
    assert _run("りんご", "-o", tmp_path / "a.png") == 1
    assert "--font" in capsys.readouterr().err
    (tmp_path / "no.ttf").write_bytes(b"no font")
    for name in ("a.png", "a.pdf"):
        assert _run("りんご", "-o", tmp_path / name, "--font", tmp_path / "no.ttf") == 1
        assert "no.ttf" in capsys.readouterr().err


def test_a_font_of_one_s_own(tmp_path):
    font = Path(reportlab.__file__).with_name("fonts") / "Vera.ttf"
    assert _run("café", "-o", tmp_path / "a.pdf", "--font", font) == 0
    assert b"BitstreamVera" in (tmp_path / "a.pdf").read_bytes(), "embedded"
    assert "café" in pypdfium2.PdfDocument(tmp_path / "a.pdf")[0].get_textpage().get_text_range()
    assert _run("café", "-o", tmp_path / "a.png", "--font", font) == 0


@pytest.mark.parametrize("paper", PAPERS_MM)
@pytest.mark.parametrize("distance", [5, 10, 17, 30])
def test_cards_lie_on_the_paper_and_apart(paper, distance):
    made = [card(text, "both") for text in deck(["cup", "n" * 32])]
    for page in pages(made, paper, 10.0 * distance):
        width, height = page.size_mm
        assert all(0 < x < width and 0 < y < height for x, y in page.marks_mm)
        boxes = [_box(printed) for printed in page.codes]
        assert all(box[0] >= 0 and box[1] >= 0 and box[2] <= width and box[3] <= height for box in boxes)
        for i, one in enumerate(boxes):
            assert all(_apart(one, other) for other in boxes[:i])
        for text in page.texts:
            half_mm = text.size_mm * ems(text.text) / 2
            line = (text.x_mm - half_mm, text.y_mm - text.size_mm, text.x_mm + half_mm, text.y_mm)
            assert all(_apart(line, box) for box in boxes)


def _box(printed):
    """Of a code with its quiet zone: left, top, right, bottom."""
    quiet, side = 4 * printed.module_mm, (len(printed.matrix) + 4) * printed.module_mm
    return printed.x_mm - quiet, printed.y_mm - quiet, printed.x_mm + side, printed.y_mm + side


def _apart(one, other):
    beside = one[0] >= other[2] - 1e-6 or other[0] >= one[2] - 1e-6
    return beside or one[1] >= other[3] - 1e-6 or other[1] >= one[3] - 1e-6


def test_too_far(tmp_path, capsys):
    assert _run("cup", "--distance", 60, "-o", tmp_path / "a.pdf") == 1
    told = capsys.readouterr().err
    farthest = int(re.search(r"--distance (\d+)", told)[1])
    assert _run("cup", "--distance", farthest, "-o", tmp_path / "a.pdf") == 0
    assert _run("cup", "--distance", farthest + 1, "-o", tmp_path / "a.pdf") == 1
    assert _run("cup", "--distance", "nan", "-o", tmp_path / "a.pdf") == 2


def test_wifi_card_as_brownie_makes_it(tmp_path, capsys):
    output = tmp_path / "wifi.svg"
    password, key = tmp_path / "password", tmp_path / "key"
    password.write_text('se"cret\n')
    key.write_bytes(b"\xef\xbb\xbfkey\r\n")
    wifi = ("--wifi", "Büro", "--password-file", password)
    assert _run(*wifi, "--mqtt", "ws://10.0.0.7:9001", "-o", output) == 0
    svg = output.read_text("utf-8")
    assert "Wi-Fi Büro" in svg
    assert "cret" not in svg + capsys.readouterr().out, "the password is in the code only"
    assert _run(*wifi, "--ifttt-file", key, "-o", tmp_path / "wifi.png") == 0
    with Image.open(tmp_path / "wifi.png") as picture:
        payload = zxingcpp.read_barcode(picture).text
    assert payload == '{"ssid":"Büro","pass":"se\\"cret","ifttt":"key"}'
    assert command.parse_card(payload).word == "pass"
    assert json.loads(payload)["pass"] == 'se"cret'
    if os.name == "posix":
        assert {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("wifi.svg", "wifi.png")} == {0o600}


SECRETS = [("--password", "s3cret"), ("--password=s3cret",), ("--ifttt", "s3cret")]


@pytest.mark.parametrize("words", SECRETS)
def test_no_secret_stands_in_the_process_list(words, tmp_path, capsys):
    assert _run("--wifi", "home", *words, "-o", tmp_path / "a.png") == 2
    told = capsys.readouterr().err
    assert "--password-file FILE" in told and "s3cret" not in told
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"s3cret\nmore\n", "more than one line"),
        (b"s3cret\0", "control characters"),
        (b"s3cret\xff", "not UTF-8"),
        (b"s3cret" * 99, "larger than 512"),
        (b"s3cret" * 85, "the card {...}: "),
        (None, "No such file"),
    ],
)
def test_a_file_of_a_password_that_is_no_good(content, told, tmp_path, capsys):
    path = tmp_path / "password"
    if content is not None:
        path.write_bytes(content)
    assert _run("--wifi", "home", "--password-file", path, "-o", tmp_path / "a.png") == 1
    shown = capsys.readouterr().err
    assert told in shown and "s3cret" not in shown


def test_password_is_asked_for(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("typed\n"))
    assert _run("--wifi", "home", "-o", tmp_path / "a.png") == 0
    assert b'"pass":"typed"' in zxingcpp.read_barcode(Image.open(io.BytesIO((tmp_path / "a.png").read_bytes()))).bytes


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        ((), 2, "nothing to print"),
        (("cup", "-o", "cards.doc"), 2, ".pdf, .svg or .png"),
        (("cup", "--mqtt", "x"), 2, "--wifi"),
        (("cup", "--ifttt-file", "x"), 2, "--wifi"),
        (("cup", "-o", "no/such/folder/cards.pdf"), 1, "cannot be written"),
    ],
)
def test_wrong_use(arguments, code, told, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert _run(*arguments) == code
    assert told in capsys.readouterr().err
