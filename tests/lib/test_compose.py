"""Names with marks apart: the same as Unicode's NFC for the writings that the module knows."""

import unicodedata

import labels
import pytest
from compose import composed
from hypothesis import given
from hypothesis import strategies as st

BLOCKS = [(0xC0, 0x250), (0x370, 0x460), (0x1E00, 0x1F00), (0x3040, 0x3100), (0xAC00, 0xD7A4)]
WHOLE = [
    character
    for first, end in BLOCKS
    for character in map(chr, range(first, end))
    if unicodedata.normalize("NFC", unicodedata.normalize("NFD", character)) == character
]


def test_every_letter_of_these_writings():
    wrong = [letter for letter in WHOLE if composed(unicodedata.normalize("NFD", letter)) != letter]
    assert wrong == []


@given(st.text(st.sampled_from(WHOLE + list("abc zA-か ")), max_size=20))
def test_whole_names(text):
    text = unicodedata.normalize("NFC", text)
    assert composed(unicodedata.normalize("NFD", text)) == text
    assert composed(text) == text


@given(st.text(max_size=20))
def test_any_text_keeps_its_meaning(text):
    assert unicodedata.normalize("NFC", composed(text)) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize("name", ["りんご", "がぎぐげご", "パン", "café", "Ängström", "Việt", "ёж", "한글", "cup"])
def test_a_name_is_one_class(name):
    assert labels.check(unicodedata.normalize("NFD", name)) == labels.check("\ufeff" + name) == name
