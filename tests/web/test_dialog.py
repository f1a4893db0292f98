"""What the screen asks of a person, in every language that it speaks."""

import re

import pytest
from madeleine.web.dialog import LINES, asked

from tests import ROOT


@pytest.mark.parametrize(
    "texts, what",
    [
        ([], None),
        (["cup", "A", "cup (1)"], None),
        (["ignore this view", "why?", "A: choose   B: next"], "menu"),
        (["sound: on", "A: change   B: next"], "menu"),
        (["cup", "A: これにする   B: つぎ"], "menu"),
        (["Forget cup?", "A: yes   B: no"], "question"),
        (["A: えらぶ   B: つぎ"], "menu"),
        (["A: はい   B: いいえ"], "question"),
    ],
)
def test_what_is_open(texts, what):
    assert asked(texts) == what


def test_these_are_the_lines_of_the_screen():
    drawn = "".join((ROOT / "lib" / name).read_text(encoding="utf-8") for name in ("menu.py", "view.py"))
    assert sorted(re.findall(r"'(A: \w+ +B: \w+)'", drawn)) == sorted(
        line for lines in LINES.values() for line in lines
    )
