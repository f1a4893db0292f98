"""What the screen asks of a person, in every language that it speaks."""

import pytest
from madeleine.web.panel import LINES, asked

from tests import ROOT


@pytest.mark.parametrize(
    "texts, what",
    [
        ([], None),
        (["cup", "A", "cup (1)"], None),
        (["ignore this view", "why?", "A: choose   B: next"], "menu"),
        (["Forget cup?", "A: yes   B: no"], "question"),
        (["A: えらぶ   B: つぎ"], "menu"),
        (["A: はい   B: いいえ"], "question"),
    ],
)
def test_what_is_open(texts, what):
    assert asked(texts) == what


def test_these_are_the_lines_of_the_screen():
    drawn = (ROOT / "lib/screen.py").read_text(encoding="utf-8")
    assert all(line in drawn for line in LINES.values())
